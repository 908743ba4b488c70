"""deploy/ says of programs, settings and ports what the code has. Units and containers were never started here."""

import re
import secrets
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from renewal.cli.main import app
from renewal.programs import NEEDS, SECRETS
from renewal.settings import Settings, load_settings
from tests.many.machines import OF_NGINX, configured, make_certificate
from tests.many.servers import nginx_program
from tests.production import settings_of_production

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PROGRAMS = ("gateway", "worker", "rasa", "actions")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
# What a program has no use for, and a stranger in it would.
HARDENING = {
    "UMask": "0077",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectProc": "invisible",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallFilter": "@system-service",
}
BESIDE = {"state_dir", "worker_name", "environment"}


def unit(program: str) -> dict[str, str]:
    """The lines of a program's unit."""
    lines = (DEPLOY / f"systemd/renewal-{program}@.service").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def typed(words: list[str]) -> None:
    """`renewal WORDS` can be typed, and names a program."""
    serve = get_command(app).commands["serve"]
    assert words[0] == "serve"
    known = {option for parameter in serve.params for option in parameter.opts}
    assert words[1] in NEEDS
    assert {word for word in words if word.startswith("--")} <= known


def started_by(program: str, number: int) -> tuple[dict[str, str], list[str]]:
    """What a unit sets for a program, and what it types."""
    words = shlex.split(unit(program)["ExecStart"].replace("%i", str(number)))
    assert words[0] == "/usr/bin/env"
    own = dict(word.split("=", 1) for word in words[1:] if word.startswith("RENEWAL_"))
    command = words[1 + len(own) :]
    assert command[0] == "/opt/renewal/.venv/bin/renewal"
    return own, command[1:]


# ---- systemd


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_unit_starts_its_program_under_settings_that_there_are(program: str) -> None:
    own, words = started_by(program, 1)
    typed(words)
    assert words[1] == program
    assert {name.removeprefix("RENEWAL_").lower() for name in own} <= NEEDS[program] | BESIDE
    assert unit(program)["EnvironmentFile"] == "/etc/renewal/renewal.env"


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_unit_shuts_its_program_in(program: str) -> None:
    lines = unit(program)
    assert {name: lines.get(name) for name in HARDENING} == HARDENING
    assert own_folder(program, 1).startswith(f"/var/lib/{lines['StateDirectory'].replace('%i', '1')}")
    assert lines["StateDirectoryMode"] == "0700"


def own_folder(program: str, number: int) -> str:
    return started_by(program, number)[0]["RENEWAL_STATE_DIR"]


def test_rasa_reads_nothing_of_the_others() -> None:
    users = {program: unit(program)["User"] for program in PROGRAMS}
    assert users == dict.fromkeys(PROGRAMS, "renewal") | {"rasa": "renewal-rasa"}
    made = (DEPLOY / "systemd/renewal.sysusers.conf").read_text("utf-8")
    assert set(re.findall(r"^u (\S+)", made, re.MULTILINE)) == set(users.values())


def test_two_workers_of_a_machine_share_neither_a_folder_nor_a_name() -> None:
    first, second = (started_by("worker", number)[0] for number in (1, 2))
    assert not set(first.values()) & set(second.values())
    assert "%H" in first["RENEWAL_WORKER_NAME"], "nor do two of different machines"


def test_the_example_of_settings_names_what_there_is_and_no_secret() -> None:
    lines = [
        line
        for line in (DEPLOY / "renewal.env.example").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    given = {
        name.removeprefix("RENEWAL_").lower(): value for name, value in (line.split("=", 1) for line in lines)
    }
    options = {name for name in given if name.startswith("twilio_")}
    assert set(given) - options <= set(Settings.model_fields)
    assert set(SECRETS) <= set(given)
    assert {given[name] for name in (*SECRETS, *options)} == {""}
    filled = {name: value for name, value in given.items() if value}
    assert load_settings(**settings_of_production() | filled).trusted_proxy == "127.0.0.1"


# ---- nginx


def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    places = {place: f"127.0.0.1:{40_000 + at}" for at, place in enumerate(OF_NGINX)}
    file = tmp_path / "nginx.conf"
    file.write_text(configured(NGINX, tmp_path, places))
    done = subprocess.run(
        [nginx_program(), "-t", "-p", tmp_path, "-c", file, "-e", tmp_path / "error.log"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


@pytest.mark.parametrize(
    ("upstream", "program"), [("gateways", "gateway"), ("rasas", "rasa"), ("actions", "actions")]
)
def test_nginx_asks_the_ports_at_which_units_and_containers_listen(upstream: str, program: str) -> None:
    (block,) = re.findall(rf"upstream {upstream} {{(.*?)\n  }}", NGINX, re.DOTALL)
    asked = re.findall(r"server 127\.0\.0\.1:(\d+) ", block)
    assert len(asked) == 2
    assert [port_of_unit(program, number) for number in (1, 2)] == asked
    assert [port_of_container(program, number) for number in (1, 2)] == asked


def port_of_unit(program: str, number: int) -> str:
    own, words = started_by(program, number)
    return words[words.index("--port") + 1] if "--port" in words else own[f"RENEWAL_{port_setting(program)}"]


def port_of_container(program: str, number: int) -> str:
    service = COMPOSE["services"][f"{program}-{number}"]
    words = service["command"].split()
    if "--port" in words:
        return words[words.index("--port") + 1]
    return str(service["environment"][f"RENEWAL_{port_setting(program)}"])


def port_setting(program: str) -> str:
    return {"gateway": "GATEWAY_PORT", "actions": "ACTIONS_PORT"}[program]


def test_nginx_lays_no_text_and_no_answer_into_a_file() -> None:
    largest = re.findall(r"client_max_body_size (\w+);", NGINX)
    assert len(largest) == 4
    for size in largest:
        assert f"client_body_buffer_size {size};" in NGINX
    assert "proxy_max_temp_file_size 0;" in NGINX


def test_nginx_passes_on_whose_address_it_saw_and_nothing_that_the_caller_wrote() -> None:
    public = NGINX.split("listen 443 ssl;")[1].split("\n  server {")[0]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in public
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in public
    assert not re.search(r"proxy_set_header \S+ \$(http|proxy_add)", public)
    assert "non_idempotent" not in NGINX, "a turn that was handed over is not handed to a second one"
    assert "$request " not in NGINX, "a query may hold a provider's key"
    assert "$args" not in NGINX


# ---- containers


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("number", [1, 2])
def test_a_container_holds_what_its_program_is_given_and_starts_on_it_in_production(
    program: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = COMPOSE["services"][f"{program}-{number}"]
    words = service["command"].split()
    typed(words)
    assert words[1] == program
    names = {name.removeprefix("RENEWAL_").lower() for name in service["environment"]}
    options = {name for name in names if name.startswith("twilio_")}
    assert names - options <= NEEDS[program] | BESIDE
    assert not options or "provider_options" in NEEDS[program]
    assert {name for name in SECRETS if name in NEEDS[program]} == names & set(SECRETS)
    drawn = {key.upper(): str(value) for key, value in settings_of_production().items()}
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, filled(str(value), drawn))
    assert load_settings(program=program, state_dir=tmp_path).environment == "production"


def filled(value: str, drawn: dict[str, str]) -> str:
    """A value as `docker compose` makes it from a `.env` in which all is set."""
    word = secrets.token_hex(16)
    return re.sub(r"\$\{(?:RENEWAL_)?(\w+):\?\}", lambda found: drawn.get(found[1], word), value)


def test_no_container_is_reached_but_nginx_and_none_may_more_than_it_needs() -> None:
    services = dict(COMPOSE["services"])
    assert services.pop("nginx")["ports"] == ["80:80", "443:443"]
    assert {name for name, service in services.items() if "ports" in service} == set()
    assert {service["network_mode"] for service in services.values()} == {"service:nginx"}
    ours = [service for service in services.values() if service["image"] == "renewal"]
    assert len(ours) == 9
    for service in ours:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_image_holds_what_its_commands_name() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert 'ENTRYPOINT ["/opt/renewal/.venv/bin/renewal"]' in text
    assert "WORKDIR /opt/renewal" in text
    assert "model.tar.gz" in text
    ignored = (DEPLOY.parent / ".dockerignore").read_text("utf-8").split()
    assert {".venv", "bot/.venv", ".state"} <= set(ignored)
