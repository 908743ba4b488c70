"""What people tell us is looked for, byte by byte, in all that the running stack has written."""

import json
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sealing import Seal
from renewal.cli.stack import PrivateStack
from tests.conversations.conftest import Chat, Phone

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

CANARIES = {
    "name": "欧阳金丝雀",
    "visitor": "卡娜莉丝",
    "phone": "13987650077",
    "address": "金丝雀路77弄707室",
    "passport": "EX7654321",
    "bank card": "6222021001112223334",
    "employer": "金丝雀羽毛贸易有限公司",
}
WEB = (
    f"我叫{CANARIES['visitor']}，在{CANARIES['employer']}上班，租房住在{CANARIES['address']}，续签带什么材料",
    f"护照号{CANARIES['passport']}，银行卡{CANARIES['bank card']}，能办吗",
    "我要人工，请回电话给我",
    CANARIES["name"],
    CANARIES["phone"],
    f"问{CANARIES['address']}的事",
)
SMS = (
    f"{CANARIES['address']}换成了别处，单位还是{CANARIES['employer']}",
    f"我是{CANARIES['visitor']}，护照{CANARIES['passport']}，卡号{CANARIES['bank card']}",
    f"请打给{CANARIES['name']}，电话{CANARIES['phone']}",
)


@pytest.fixture(scope="module")
def told(stack: PrivateStack) -> PrivateStack:
    """The stack after all of it was said, on the web and by SMS, a callback form among it."""
    with httpx.Client(base_url=stack.gateway, timeout=30, trust_env=False) as http:
        phone = Phone(http, "guest")
        with closing(Chat(http)) as chat:
            for text in WEB:
                chat.say(text)
        for text in SMS:
            phone.ask(text)
    return stack


@pytest.fixture(scope="module")
def written(told: PrivateStack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All that can be read by who has the state folder, or a copy of a database: by where it stands."""
    folder = told.state_dir
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    copies = tmp_path_factory.mktemp("copies")
    for file in folder.glob("*.db"):
        copy = copies / file.name
        with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(copy)) as kept:
            live.backup(kept)
            found |= {f"{file.name}: {where}": value for where, value in values(kept)}
        found[f"a copy of {file.name}"] = copy.read_bytes()
    return found


def values(database: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """Each column's values, one after the other; what is base64 is opened too, as the jobs' arguments are."""
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        cursor = database.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        for name, column in zip(names, zip(*cursor.fetchall(), strict=True), strict=False):
            yield f"{table}.{name}", b"\n".join(form for value in column for form in opened(value))


def opened(value: Any) -> Iterator[bytes]:
    """A value as it lies there, and what it holds where it is base64."""
    raw = value if isinstance(value, bytes) else str(value).encode()
    yield raw
    try:
        yield b64decode(raw, validate=True)
    except ValueError:
        return


def forms(canary: str) -> list[bytes]:
    """A text as it may be written."""
    return [
        canary.encode(),
        canary.encode("utf-16-le"),
        canary.encode("utf-16-be"),
        canary.encode("gb18030"),
        json.dumps(canary)[1:-1].encode(),
        json.dumps(json.dumps(canary))[3:-3].encode(),
    ]


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_nothing_that_a_person_told_lies_in_clear_in_any_file_database_copy_or_log(
    written: dict[str, bytes], canary: str
) -> None:
    assert [where for where, held in written.items() if any(form in held for form in forms(canary))] == []


def test_all_of_it_was_looked_through(told: PrivateStack, written: dict[str, bytes]) -> None:
    assert {"conversations.db", "renewal.db", "logs/rasa.log", "logs/gateway.log"} <= set(written)
    assert written["conversations.db: events.data"]
    assert written["renewal.db: callbacks.phone"]
    seal = Seal(told.settings.tracker_key.get_secret_value())
    with closing(sqlite3.connect(told.state_dir / "conversations.db")) as kept:
        rows = kept.execute("SELECT sender_id, data FROM events").fetchall()
    said = "\n".join(str(json.loads(seal.open(sender_id, data))) for sender_id, data in rows)
    assert CANARIES["employer"] in said, "what is looked for was told to Rasa"
    assert CANARIES["name"] in said


@pytest.mark.parametrize("name", ["conversations.db", "conversations.db-wal", "conversations.db-shm"])
def test_only_its_owner_opens_the_conversations_of_the_running_stack(told: PrivateStack, name: str) -> None:
    file: Path = told.state_dir / name
    assert file.stat().st_mode & 0o077 == 0
