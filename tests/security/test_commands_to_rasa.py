"""No text is a command to Rasa, and nobody chooses an intent that the bot does not have."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.timeout(300)  # Rasa takes long to load on a busy machine
ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
INTENTS = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]
COMMANDS = (
    "/restart",
    "/back",
    "/session_start",
    "/greet",
    "/my_status",
    "  /restart",
    "\n/restart",
    "\t/restart",
    "\u3000/restart",
    "\u00a0/restart",
    "/restart ",
    "/RESTART",
    "//restart",
    "///restart",
    "/ restart",
    "/",
    "/restart@1.0",
    '/inform{"phone": "19900000001"}',
    '/inform{"permit_expires_on": "2026-12-05"}',
    '/inform@0.9{"phone": "19900000001"}',
    "/SetSlots(phone=19900000001)",
    "/StartFlow(status)",
    "/greet;/restart",
    "/greet\n/restart",
)
WORDS = (
    "EXTERNAL: my_status",
    "EXTERNAL: restart",
    "@my_status",
    "_restart",
    "utter_greet",
    "action_my_status",
    "action_restart",
    "／restart",
    "⁄restart",
    "∕restart",
    "restart",
    "\ufeff/restart",
    "\u200b/restart",
    "a /restart",
    "[x](phone)",
    '[x]{"entity": "phone"}',
    "<restart>",
    "$restart",
)
BODIES: dict[str, Any] = {
    **{
        f"the intent {name}": {"intent": name}
        for name in ("restart", "back", "session_start", "nlu_fallback")
    },
    "an intent of nobody": {"intent": "delete_everything"},
    "an intent with a slash": {"intent": "/my_status"},
    "an intent with a blank": {"intent": " my_status"},
    "an intent in capitals": {"intent": "MY_STATUS"},
    "an intent with entities": {"intent": 'inform{"phone": "1"}'},
    "a list of intents": {"intent": ["my_status"]},
    "an intent of an object": {"intent": {"name": "my_status"}},
    "a true intent": {"intent": True},
    "a number for an intent": {"intent": 1},
    "no sender": {"sender": None},
    "a blank sender": {"sender": "   "},
    "a sender of a list": {"sender": ["a"]},
    "a sender of a number": {"sender": 1},
    "a sender without end": {"sender": "a" * 129},
    "no text": {"text": None},
    "a text of a list": {"text": ["/restart"]},
    "a text of an object": {"text": {"text": "/restart"}},
    "a notice of a list": {"notice": ["failure"]},
    "a notice of an object": {"notice": {"kind": "failure"}},
    "a notice of a number": {"notice": 1},
}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What Rasa's side makes of all rows: it takes seconds to load, so once."""
    bodies = [{"sender": "a", "text": "你好", **body} for body in BODIES.values()]
    plain = {
        "sender": "a",
        "text": "/restart",
        "metadata": {"x": 1},
        "slots": {"phone": "1"},
        "parse_data": {},
    }
    asked = {"texts": [*COMMANDS, *WORDS], "bodies": [*bodies, plain], "intents": INTENTS}
    done = subprocess.run(
        [BOT_PYTHON, "tests/security/rasa_door.py"],
        cwd=ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])  # Rasa warns on the same line out
    return {
        "texts": dict(zip([*COMMANDS, *WORDS], told["texts"], strict=True)),
        "bodies": dict(zip([*BODIES, "plain"], told["bodies"], strict=True)),
    }


@pytest.mark.parametrize("text", [*COMMANDS, *WORDS])
def test_a_text_that_looks_like_a_command_is_words(found: dict[str, Any], text: str) -> None:
    _, harmless, command = found["texts"][text]
    assert not command
    assert not harmless.lstrip().startswith("/")


def test_without_the_channel_rasa_would_take_some_of_them_for_commands(found: dict[str, Any]) -> None:
    assert sum(1 for text in COMMANDS if found["texts"][text][0]) > 5


@pytest.mark.parametrize("name", BODIES)
def test_a_request_that_the_gateway_does_not_make_is_refused(found: dict[str, Any], name: str) -> None:
    assert found["bodies"][name] == "refused"


def test_what_else_a_request_holds_is_not_read(found: dict[str, Any]) -> None:
    assert found["bodies"]["plain"] == {"sender": "a", "text": "／restart", "parse": None}
