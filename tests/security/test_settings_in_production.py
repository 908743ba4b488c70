"""What production refuses to start with, so that a careless setting does not open the door."""

import ast
import base64
import re
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from renewal.production import DEBUGGING, WEAKEST_SECRET_CHARS, is_guessable
from renewal.programs import NEEDS, SECRETS
from renewal.providers import provider_kinds
from renewal.settings import Settings, SettingsError, load_settings
from tests.production import settings_of_production

ROOT = Path(__file__).resolve().parents[2]
TWILIO_SECRETS = [option.name for option in provider_kinds()["twilio"].options.values() if option.secret]
TOKENS = [name for name in SECRETS if name != "data_keys"]
PROGRAMS = sorted(NEEDS)
GUESSABLE = {
    "one character": "a" * 32,
    "zeros": "0" * 64,
    "two characters": "ab" * 20,
    "few characters in any order": "abcabdacbbdcaadcbbacdbacdbbcadcadbca",
    "a word again and again": "changeit" * 5,
    "a phrase again and again": "long-phrase-" * 4,
    "a phrase and a bit again": ("Shanghai-2026!" * 4)[:45],
    "counted up": "0123456789abcdefghijklmnopqrstuvwxyz",
    "counted down": "zyxwvutsrqponmlkjihgfedcba9876543210",
    "every second letter": "acegikmoqsuwyACEGIKMOQSUWY13579acegik",
    "digits again and again": "1234567890" * 4,
    "blanks around a short one": " " * 16 + "x9Kq2Lm7" + " " * 16,
}
PLACEHOLDERS = [
    "lookup-key-of-the-tests-" + "0" * 16,
    "please-changeme-before-you-go-live-42",
    "this-Is-An-Example-key-do-not-use-17!",
    "P@ssword-and-PASSWORD-of-the-centre-9",
    "your-secret-key-goes-here-0123456789x",
]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine."""
    for name in DEBUGGING:
        monkeypatch.delenv(name, raising=False)


def start(tmp_path: Path, program: str = "", **changed: Any) -> Settings:
    return load_settings(state_dir=tmp_path, program=program, **settings_of_production(**changed))


def refused(tmp_path: Path, setting: str, program: str = "", **changed: Any) -> str:
    """The one sentence with which production refuses; it names the setting and never shows the value."""
    with pytest.raises(SettingsError) as refusal:
        start(tmp_path, program, **changed)
    said = str(refusal.value)
    assert said.startswith(setting)
    assert "：" in said
    assert "请" in said
    assert "\n" not in said
    return said


@pytest.mark.parametrize("program", ["", *PROGRAMS])
def test_production_starts_with_keys_that_were_drawn(tmp_path: Path, program: str) -> None:
    assert start(tmp_path, program).environment == "production"


def test_a_secret_that_was_drawn_is_never_called_guessable() -> None:
    drawn = [
        draw()
        for draw in (
            lambda: secrets.token_urlsafe(32),
            lambda: secrets.token_hex(16),
            lambda: secrets.token_hex(32),
            lambda: secrets.token_bytes(32).decode("latin-1"),
            lambda: Fernet.generate_key().decode(),
        )
        for _ in range(400)
    ]
    assert [secret for secret in drawn if is_guessable(secret)] == []


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("secret", GUESSABLE.values(), ids=GUESSABLE)
def test_a_stranger_cannot_guess_a_secret_that_was_typed(tmp_path: Path, name: str, secret: str) -> None:
    said = refused(tmp_path, f"RENEWAL_{name.upper()}", **{name: secret})
    assert secret not in said


@pytest.mark.parametrize("name", [*SECRETS, "twilio_auth_token", "twilio_auth_token_previous"])
def test_a_short_secret_is_refused(tmp_path: Path, name: str) -> None:
    short = secrets.token_hex(16)[: WEAKEST_SECRET_CHARS - 1]
    assert "太短" in refused(tmp_path, f"RENEWAL_{name.upper()}", **{name: short})


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_is_not_set_is_refused(tmp_path: Path, name: str) -> None:
    assert "没有设置" in refused(tmp_path, f"RENEWAL_{name.upper()}", **{name: ""})


@pytest.mark.parametrize("name", [*TOKENS, "twilio_auth_token", "twilio_auth_token_previous"])
@pytest.mark.parametrize("secret", PLACEHOLDERS)
def test_a_stranger_cannot_use_a_key_of_an_example(tmp_path: Path, name: str, secret: str) -> None:
    refused(tmp_path, f"RENEWAL_{name.upper()}", **{name: secret})


@pytest.mark.parametrize("first", [*SECRETS, "twilio_auth_token"])
@pytest.mark.parametrize("second", [*SECRETS, "twilio_auth_token"])
def test_who_learns_one_secret_does_not_know_another(tmp_path: Path, first: str, second: str) -> None:
    if first == second:
        shared = {first: settings_of_production()[first]}
        assert start(tmp_path, **shared)
        return
    key = Fernet.generate_key().decode()
    said = refused(tmp_path, "RENEWAL_", **{first: key, second: f" {key}"})
    assert "同一个密钥" in said
    assert f"RENEWAL_{first.upper()}" in said
    assert f"RENEWAL_{second.upper()}" in said


@pytest.mark.parametrize("name", TOKENS)
def test_an_older_data_key_is_no_other_secret(tmp_path: Path, name: str) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    assert start(tmp_path, data_keys=f"{new}, {old}")
    refused(tmp_path, "RENEWAL_", data_keys=f"{new}, {old}", **{name: old})


@pytest.mark.parametrize(
    "keys",
    [
        secrets.token_urlsafe(32),
        secrets.token_hex(32),
        Fernet.generate_key().decode()[:-1],
        Fernet.generate_key().decode()[:20] + "!" + Fernet.generate_key().decode()[21:],
        Fernet.generate_key().decode() + ";" + Fernet.generate_key().decode(),
        Fernet.generate_key().decode() + ", " + secrets.token_urlsafe(32),
        base64.urlsafe_b64encode(secrets.token_bytes(16)).decode() + "A" * 20,
        base64.urlsafe_b64encode(secrets.token_bytes(33)).decode(),
    ],
    ids=["token", "hex", "cut", "not base64", "wrong comma", "second is none", "padding inside", "too long"],
)
def test_a_malformed_data_key_is_refused_before_anything_is_kept_under_it(tmp_path: Path, keys: str) -> None:
    refused(tmp_path, "RENEWAL_DATA_KEYS", data_keys=keys)


@pytest.mark.parametrize(
    "key",
    [
        bytes(32), b"\xff" * 32, bytes(range(32)), bytes(range(0, 256, 8)), b"\xde\xad\xbe\xef" * 8,
        b"the centre's own key, kept safe!",
        b"SUPERSECRETKEYOFTHECENTREOFXUHUI", "徐汇区中心的密钥请勿".encode() + b"42",
    ],
)  # fmt: skip
def test_a_stranger_cannot_guess_a_data_key_made_of_words_or_counted_bytes(
    tmp_path: Path, key: bytes
) -> None:
    assert len(key) == 32
    refused(tmp_path, "RENEWAL_DATA_KEYS", data_keys=base64.urlsafe_b64encode(key).decode())


PRINTED = re.compile(r"RENEWAL_(\w+)=[\"']?([^\s\"'`]+)")
FERNET = re.compile(r"(?<![\w-])[\w-]{43}=(?!\w)")


def printed_keys() -> Iterator[tuple[str, str, str]]:
    """(file, setting, value) of every key that stands in a file of this repository, or can be worked out from it."""
    listed = subprocess.run(["git", "ls-files"], check=True, cwd=ROOT, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if (
            path.suffix not in {".py", ".md", ".yml", ".toml", ".sh", ".html"}
            or path.name == Path(__file__).name
        ):
            continue
        text = path.read_text("utf-8")
        for setting, value in PRINTED.findall(text):
            if setting.lower() in SECRETS:
                yield name, setting.lower(), value
        for value in FERNET.findall(text):
            yield name, "data_keys", value
        if path.suffix == ".py" and any(setting in text for setting in SECRETS):
            yield from ((name, *found) for found in _assigned(ast.parse(text)))


def _assigned(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What is given to a setting by its name, where it is a constant."""
    for node in ast.walk(tree):
        pairs: list[tuple[str, ast.AST]] = []
        if isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else "" for key in node.keys]
            pairs = [(str(key), value) for key, value in zip(keys, node.values, strict=True)]
        elif isinstance(node, ast.Call):
            pairs = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
        for setting, value in pairs:
            plain = setting.removeprefix("RENEWAL_").lower()
            if plain in SECRETS and isinstance(worth := _worth(value), str):
                yield plain, worth


def _worth(node: ast.AST) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult):
        left, right = _worth(node.left), _worth(node.right)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, str) and isinstance(right, int):
            return left * right
    return None


def test_a_stranger_cannot_use_a_key_that_this_repository_prints(tmp_path: Path) -> None:
    found = sorted(set(printed_keys()))
    assert len({value for _, _, value in found}) >= 5
    accepted = []
    for place, name, value in found:
        try:
            start(tmp_path, **{name: value})
        except SettingsError:
            continue
        accepted.append((place, name, value))
    assert accepted == []


@pytest.mark.parametrize(
    "url",
    [
        "", "http://sms.example.org", "HTTP://sms.example.org", "ftp://sms.example.org", "sms.example.org",
        "//sms.example.org", "https://", "https:///sms", "https://:443", "https:sms.example.org",
        "https://user:word@sms.example.org", "https://sms.example.org@elsewhere.net",
        "https://sms.example.org\\@elsewhere.net", "https://sms.example.org?x=1", "https://sms.example.org#x",
        "https://sms example.org", "https://sms.example.org/ ", "https://sms.example.org\n",
        "https://sms.example.org:port", "https://sms.example.org:99999", "https://[::1", "https://..",
        "javascript://sms.example.org/%0aalert(1)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("program", ["", "gateway", "worker"])
def test_nobody_on_the_way_reads_what_goes_to_the_public_address(
    tmp_path: Path, program: str, url: str
) -> None:
    refused(tmp_path, "RENEWAL_PUBLIC_URL", program, public_url=url)


@pytest.mark.parametrize("url", ["https://sms.example.org", "https://a.cn:8443/bot", "https://203.0.113.9/"])
def test_a_public_https_address_is_taken(tmp_path: Path, url: str) -> None:
    assert start(tmp_path, public_url=url).public_url == url


@pytest.mark.parametrize("program", ["", *PROGRAMS])
def test_nobody_is_renewed_by_a_day_that_stands_still(tmp_path: Path, program: str) -> None:
    refused(tmp_path, "RENEWAL_TODAY", program, today="2026-11-23")


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0", "::", "", "*", "192.168.1.5", "10.0.0.1", "renewal.example.org", "127.0.0.1.example.org",
        "localhost.example.org", "127.1", "0x7f.0.0.1", "::ffff:10.0.0.1", "LOCALHOST.", "fe80::1",
    ],
)  # fmt: skip
def test_nobody_from_outside_reaches_the_action_server(tmp_path: Path, host: str) -> None:
    refused(tmp_path, "RENEWAL_ACTIONS_HOST", "actions", actions_host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_action_server_is_there_on_loopback(tmp_path: Path, host: str) -> None:
    assert start(tmp_path, actions_host=host).actions_host == host


@pytest.mark.parametrize(
    "url",
    [
        "http://rasa.example.org:5005", "http://10.0.0.7:5005", "http://0.0.0.0:5005", "http://[::]:5005",
        "http://127.0.0.1.example.org:5005", "http://127.0.0.1:5005@elsewhere.net", "http://elsewhere.net#127.0.0.1",
        "http://elsewhere.net\\@127.0.0.1:5005", "http://localhost.example.org", "http://user@127.0.0.1:5005",
        "ws://127.0.0.1:5005", "127.0.0.1:5005", "", "http://:5005", "https://", "https://a:b@rasa.example.org",
    ],
)  # fmt: skip
def test_nobody_on_the_way_reads_what_goes_to_rasa(tmp_path: Path, url: str) -> None:
    refused(tmp_path, "RENEWAL_RASA_URL", rasa_url=url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5005", "http://localhost:6005", "http://[::1]:5005", "https://rasa.example.org"]
)
def test_rasa_is_asked_on_loopback_or_by_https(tmp_path: Path, url: str) -> None:
    assert start(tmp_path, rasa_url=url).rasa_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com", "https://elsewhere.net", "https://api.twilio.com.elsewhere.net",
        "https://apitwilio.com", "https://eviltwilio.com", "https://elsewhere.net/api.twilio.com",
        "https://elsewhere.net?.twilio.com", "https://elsewhere.net#.twilio.com", "https://api.twilio.com@elsewhere.net",
        "https://elsewhere.net\\.twilio.com", "https://elsewhere.net\\@api.twilio.com", "https://api.twilio.com:x",
        "http://127.0.0.1:4010", "https://127.0.0.1:4010", "//api.twilio.com", "api.twilio.com", "https://.twilio.com",
        "https://api.twilio.com\t.elsewhere.net", "https://elsewhere.net%2f.twilio.com", "https://api。twilio。com",
    ],
)  # fmt: skip
@pytest.mark.parametrize("program", ["gateway", "worker"])
def test_texts_and_tokens_go_to_no_stranger(tmp_path: Path, program: str, url: str) -> None:
    refused(tmp_path, "RENEWAL_TWILIO_BASE_URL", program, twilio_base_url=url)


@pytest.mark.parametrize("url", ["", "https://api.twilio.com", "https://api.sydney.au1.twilio.com"])
def test_texts_go_to_twilio(tmp_path: Path, url: str) -> None:
    assert start(tmp_path, twilio_base_url=url).option("twilio_base_url") == url


@pytest.mark.parametrize("name", DEBUGGING)
@pytest.mark.parametrize("value", ["1", "true", "on"])
def test_a_stranger_is_not_shown_what_a_developer_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    refused(tmp_path, name, "gateway")
    monkeypatch.setenv(name, "0")
    assert start(tmp_path, "gateway")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_asks_for_its_own_secrets_and_holds_no_other(tmp_path: Path, program: str) -> None:
    """The key file names them all; who takes over one program does not get the keys of the next."""
    drawn = settings_of_production(twilio_auth_token_previous=secrets.token_hex(16))
    held = [name for name in SECRETS if name in NEEDS[program]]
    held += TWILIO_SECRETS if "provider_options" in NEEDS[program] else []
    lines = [f"RENEWAL_{name.upper()}={drawn.pop(name)}" for name in (*SECRETS, *TWILIO_SECRETS)]
    (tmp_path / "secrets.env").write_text("\n".join(lines), encoding="utf-8")
    settings = load_settings(state_dir=tmp_path, program=program, **drawn)
    for name in SECRETS:
        assert bool(getattr(settings, name).get_secret_value()) == (name in held), name
    assert [name for name in TWILIO_SECRETS if settings.option(name)] == [
        n for n in TWILIO_SECRETS if n in held
    ]
    with pytest.raises(SettingsError, match="没有设置"):
        load_settings(state_dir=tmp_path, program=program, sealed=True, **drawn)


def test_a_machine_that_is_being_tried_starts_on_anything(tmp_path: Path) -> None:
    tried = load_settings(
        state_dir=tmp_path, today="2026-11-23", lookup_key="a", twilio_base_url="http://127.0.0.1:4010"
    )
    assert tried.environment == "development"


@pytest.mark.parametrize("program", ["", "gateway"])
def test_where_there_is_no_desk_no_secret_is_asked_for_it(tmp_path: Path, program: str) -> None:
    assert not start(tmp_path, program, desk=False, desk_secret="").desk_is_open
    assert start(tmp_path, "gateway").desk_is_open
