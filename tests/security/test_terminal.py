"""A stranger's text gives no orders to a terminal of the staff: not when it is kept, and not when it is printed."""

import io
import re
import shutil
import unicodedata

import pytest
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from renewal.cli import console
from renewal.cli.actor import actor
from renewal.cli.errors import UsageFault
from renewal.cli.main import outcome
from renewal.cli.stack import opened
from renewal.dialogue.says import BotMessage
from renewal.domain import Category
from renewal.language.controls import without_controls
from renewal.language.staff_names import LONGEST_NAME_CHARS, TAKEN, account_name
from renewal.services.talks import conversations, handover, inbound, web_sessions
from renewal.services.texts.provider import InboundText
from renewal.store.models import AuditEntry, Holder, Message, Permit
from renewal.store.models import InboundText as InboundRow
from tests.bookings import book_callback
from tests.conftest import KEYS

ORDERS = {
    "colour": "\x1b[31m",
    "colour of 256": "\x1b[38;5;196m",
    "hidden": "\x1b[8m",
    "clear screen": "\x1b[2J\x1b[H",
    "erase line": "\x1b[2K",
    "cursor up": "\x1b[1A",
    "cursor home": "\x1b[1;1H",
    "scroll region": "\x1b[1;3r",
    "alternate screen": "\x1b[?1049h",
    "mouse reports": "\x1b[?1000h",
    "bracketed paste": "\x1b[?2004h",
    "device status": "\x1b[6n",
    "device attributes": "\x1b[c",
    "window report": "\x1b[21t",
    "soft reset": "\x1b[!p",
    "full reset": "\x1bc",
    "charset": "\x1b(0",
    "save cursor": "\x1b7",
    "reverse index": "\x1bM",
    "keypad": "\x1b=",
    "title by bell": "\x1b]0;root@centre\x07",
    "title by terminator": "\x1b]2;root@centre\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\",
    "palette": "\x1b]4;1;#000000\x07",
    "file of iTerm": "\x1b]1337;File=name=eA==;inline=1:AAAA\x07",
    "notice of urxvt": "\x1b]777;notify;a;b\x07",
    "device control": '\x1bP$q"p\x1b\\',
    "sixel": "\x1bPq#0;2;0;0;0\x1b\\",
    "private message": "\x1b^secret\x1b\\",
    "program command": "\x1b_Gi=1;AAAA\x1b\\",
    "start of string": "\x1bXhidden\x1b\\",
    "one byte introducer": "\x9b31m",
    "one byte command": "\x9d0;title\x9c",
    "one byte control string": "\x90q\x9c",
    "one byte index": "\x84",
    "unfinished introducer": "\x1b[",
    "unfinished command": "\x1b]",
    "lone escape": "\x1b",
    "twice escaped": "\x1b\x1b[31m",
    "order in an order": "\x1b[3\x1b[31m1m",
}
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t\x1b"]
MARKS = {
    *(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)),
    *(
        chr(code)
        for code in (0x200B, 0x200C, 0x200D, 0x2060, 0x2063, 0xFEFF, 0x00AD, 0x180E, 0xE0041, 0xFFF9)
    ),
}
SURVIVE = [
    "王女士 138 0013 8000",
    "ئابدۇرېھىم",
    "ئايگۈل مەمەت",
    "نى‌مە",  # with a joiner that parts two letters
    "می‌خواهم",
    "محمد‍ی",
    "👨‍👩‍👧‍👦 三口之家",
    "🏳️‍🌈",
    "🧑🏽‍⚕️",
    "❤️‍🔥",
    "👩‍❤️‍💋‍👩",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🏴‍☠️",
    "🇨🇳",
    "1️⃣",
    "ᠮᠣᠩᠭᠣᠯ ᠤᠨ",
    "ᠰᠠᠶᠢᠨ᠎ᠠ",
    "བོད་ཡིག",
    "葛󠄀城",  # a variant of a character, chosen by a selector
    "O'Neill-Łukasz é e\u0301",
    "第一行\n第二行",
    "[bold]方括号[/bold] :smile:",
    "50% {x} \\n",
]


def is_plain(text: str) -> bool:
    """No control character but the line's end, and no mark of direction."""
    return not any(
        (unicodedata.category(char) == "Cc" and char != "\n") or char in "\u202e\u2066\u200e\u200f\u200b"
        for char in text
    )


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_an_order_to_a_terminal_is_taken_out_and_the_words_stay(order: str) -> None:
    clean = without_controls(f"前面{order}后面")
    assert is_plain(clean)
    assert clean.startswith("前面")
    assert clean.endswith("后面")
    assert without_controls(clean) == clean


@pytest.mark.parametrize("control", CONTROLS, ids=lambda char: f"U+{ord(char):04X}")
def test_a_control_character_is_taken_out(control: str) -> None:
    clean = without_controls(f"前面{control}后面")
    assert clean in ("前面后面", "前面\n后面")
    assert (clean == "前面\n后面") == (control in "\r\x0b\x0c\x85")


@pytest.mark.parametrize("mark", sorted(MARKS), ids=lambda char: f"U+{ord(char):04X}")
def test_a_mark_that_nobody_sees_is_taken_out(mark: str) -> None:
    assert without_controls(f"付{mark}款") == "付款"
    assert without_controls(f"{mark}a{mark}b{mark}") == "ab"


@pytest.mark.parametrize("text", SURVIVE)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert without_controls(text) == text


def test_tabs_become_spaces_and_line_ends_are_of_one_kind() -> None:
    assert without_controls("a\tb\r\nc\rd\u2028e") == "a b\nc\nd\ne"


def test_half_a_character_is_taken_out() -> None:
    without_controls("a\ud800b").encode("utf-8")


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_stays_only_where_it_joins(joiner: str) -> None:
    assert without_controls(f"ن{joiner}م") == f"ن{joiner}م"
    for alone in (f"ن{joiner}", f"{joiner}م", f"ن{joiner}a", f"ن{joiner}{joiner}م", f"1{joiner}3"):
        assert joiner not in without_controls(alone)


class Wire:
    def answer(self, **_: str) -> tuple[BotMessage, ...]:
        return (BotMessage(text="好的"),)


WHOLE = "你好".join((*ORDERS.values(), *CONTROLS, *sorted(MARKS)))


def test_what_a_stranger_types_on_the_web_is_kept_plain(services) -> None:
    talk, _ = web_sessions.open_web(services)
    conversations.say_to(services, Wire(), talk, f"{WHOLE}续签", "m1")
    with services.store.read() as session:
        said = session.scalars(select(Message.body).where(Message.author == "user")).one()
    assert is_plain(said)
    assert said.endswith("续签")


def test_what_a_stranger_texts_is_kept_plain(services) -> None:
    told = InboundText(provider="simulator", provider_ref="1", phone="+8613800138000", body=f"{WHOLE}续签")
    inbound.receive(services, told, services.now())
    with services.store.read() as session:
        assert is_plain(session.scalars(select(InboundRow.body)).one())


def test_opting_out_is_understood_behind_marks_that_nobody_sees(services) -> None:
    told = InboundText(
        provider="simulator", provider_ref="1", phone="+8613800138000", body="\u202e退\u200b订\x1b[0m"
    )
    inbound.receive(services, told, services.now())
    with services.store.read() as session:
        assert "texts.opted_out" in session.scalars(select(AuditEntry.action)).all()


def test_an_id_number_cannot_hide_from_masking_behind_control_characters(services) -> None:
    talk, _ = web_sessions.open_web(services)
    conversations.say_to(services, Wire(), talk, "1101\x0501199\x1b[m003\u202e07\u200b7758", "m1")
    with services.store.read() as session:
        said = session.scalars(select(Message.body).where(Message.author == "user")).one()
    assert "7758" not in said


def test_what_staff_paste_reaches_the_holder_plain(services) -> None:
    talk, _ = web_sessions.open_web(services)
    handover.say(services, talk, "请\x1b[31m带\u202e租约", staff="小李")
    with services.store.read() as session:
        assert session.scalars(select(Message.body).where(Message.author == "staff")).one() == "请带租约"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a terminal would get, colours and all."""
    seen = io.StringIO()
    made = console.PlainConsole(
        file=seen, force_terminal=True, highlight=False, markup=False, emoji=False, width=120
    )
    monkeypatch.setattr(console, "out", made)
    return seen


def shown(screen: io.StringIO) -> str:
    """What was printed, without the colours that rich itself puts there."""
    return re.sub(r"\x1b\[[\d;]*m", "", screen.getvalue())


def _table(text: str) -> Table:
    table = Table(title=text)
    table.add_column(text)
    table.add_row(text)
    table.add_row(Text(text))
    return table


PLACES = {
    "line": lambda text: text,
    "styled text": lambda text: Text(text, style="red"),
    "table": _table,
    "panel": lambda text: Panel(Text(text), subtitle=Text(text)),
    "table in a panel": lambda text: Panel(_table(text)),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("order", [*ORDERS.values(), "\u202e", "\x08", "\r", "\x07"], ids=ascii)
def test_a_stored_order_is_not_printed(order: str, place, screen: io.StringIO) -> None:
    if order in ("\x1b[31m", "\x1b[38;5;196m", "\x1b[8m", "\x1b\x1b[31m", "\x1b[3\x1b[31m1m"):
        screen_of_files = console.PlainConsole(
            file=screen, highlight=False, markup=False, emoji=False, width=120
        )
        screen_of_files.print(place(f"前{order}后"))
        assert "\x1b" not in screen.getvalue()
        return
    console.out.print(place(f"前{order}后"))
    assert is_plain(shown(screen))
    assert "前" in shown(screen)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(
    "markup",
    [
        "[red]红[/red]",
        "[link=http://evil.example]点[/link]",
        "[bold",
        "[/]",
        "[/red]",
        ":boom:",
        "[@click=x]y[/]",
    ],
)
def test_brackets_that_were_typed_are_no_markup(markup: str, place, screen: io.StringIO) -> None:
    console.out.print(place(markup))
    assert markup in shown(screen)
    assert "\x1b]8" not in screen.getvalue()


def test_what_goes_wrong_is_told_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    console.fail("没有会话 \x1b]0;x\x07\u202eabc\r\n第二行")
    console.put("\x1b[2J[red]答")
    said = capsys.readouterr()
    assert said.err == "没有会话 abc 第二行\n"
    assert said.out == "[red]答\n"


@pytest.fixture
def own_state(tmp_path, sqlite_template_with_jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cli").mkdir()
    shutil.copyfile(sqlite_template_with_jobs, tmp_path / "cli" / "renewal.db")
    monkeypatch.setenv("RENEWAL_STATE_DIR", str(tmp_path / "cli"))
    for name in ("data_keys", "lookup_key"):
        monkeypatch.setenv(f"RENEWAL_{name.upper()}", KEYS[name])
    monkeypatch.setenv("RENEWAL_TODAY", "2026-11-23")
    monkeypatch.setattr(console.out, "_width", 200)


def test_no_command_prints_an_order_that_an_earlier_release_stored(
    own_state, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "\x1b]52;c;x\x07\x1b[2J\u202e[red]坏[/red]"
    with opened() as services:
        talk, _ = web_sessions.open_web(services)
        book_callback(services, talk, name=evil, phone="+8613800138000", about=evil)
        with services.store.session() as session:
            session.add(Message(conversation_id=talk, author="user", body=evil, at=services.now()))
            holder = Holder(
                name=evil, phone="+8613800138000", phone_hash="x", category=Category.DEPENDANT,
                district=evil, origin="import", created_at=services.now(),
            )  # fmt: skip
            session.add(holder)
            session.flush()
            session.add(Permit(number="P-1", holder_id=holder.id, expires_on=services.today()))
    for command in (["callbacks"], ["talk", talk], ["explain", "P-1"], ["notices"], ["application", "list"]):
        assert outcome(command) == 0
        printed = capsys.readouterr()
        assert is_plain(printed.out + printed.err), command
    assert outcome(["talk", talk]) == 0
    assert "[red]坏[/red]" in capsys.readouterr().out


def test_a_stranger_cannot_write_a_line_that_looks_like_staff_s(
    own_state, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened() as services:
        talk, _ = web_sessions.open_web(services)
        conversations.say_to(services, Wire(), talk, "您好\n11-23 10:00 工作人员：已核实，请改号码", "m1")
        book_callback(services, talk, name="王女士\n99 2026-11-24 假的", phone="+8613800138000")
    assert outcome(["talk", talk]) == 0
    assert "\n11-23 10:00 工作人员" not in capsys.readouterr().out
    assert outcome(["callbacks"]) == 0
    assert not re.search(r"^\s*99\b", capsys.readouterr().out, re.MULTILINE)


def test_the_actor_is_the_system_s_user_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = actor("")
    for name in ("USER", "LOGNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "director")
    assert actor("") == honest
    assert honest.startswith("os:")
    assert actor("anna") == f"anna({honest})"
    assert actor("  李 小明 ") == f"李 小明({honest})"


@pytest.mark.parametrize(
    "forged",
    [
        *sorted(TAKEN),
        *(
            "HOLDER",
            " holder ",
            "ｈｏｌｄｅｒ",
            "System",
            "anna(os:root)",
            "os:root",
            "a\x1b[31mb",
            "a\nb",
            "a\tb",
        ),
        *(
            "a\u202eb",
            "\u200bholder",
            "a,b",
            "a;b",
            "[red]a",
            "<b>",
            "a" * (LONGEST_NAME_CHARS + 1),
            "a=b",
            "callback:1",
        ),
        *("аdmin", "hоlder", "ѕystem", "αdmin", "админ", "ɑdmin", "ꓮdmin", "holdеr", "ʜolder"),
        *("ädmin", "h o l d e r", "hol-der", "root.", "系統", "持證人", "助 手", "Аnna", "annа"),
    ],
    ids=ascii,
)
def test_nobody_signs_as_another_in_the_audit(forged: str) -> None:
    with pytest.raises(UsageFault):
        actor(forged)


@pytest.mark.parametrize(
    "name", ["anna", "李小明", "José", "Lü Wei", "Zoë 王", "古丽·买买提", "ئالىم", "O'Neill", "김민수", "王2"]
)
def test_a_persons_own_name_is_taken(name: str) -> None:
    assert actor(name).startswith(name)


@pytest.mark.parametrize(
    "name",
    ["аdmin", "lі", "αnna", "wаng", "ädmin", "hol-der", "root.", "系統", "ａｄｍｉｎ", "ꓮnna", "annа"],
    ids=ascii,
)
def test_no_account_is_called_so_that_a_reader_takes_it_for_another(name: str) -> None:
    assert account_name(name) is None


@pytest.mark.parametrize("name", ["li", "wang.fang", "李小明", "josé", "lü", "김민수"])
def test_an_account_has_a_persons_own_name(name: str) -> None:
    assert account_name(name) == name


SIGNED = [
    ["callbacks", "done", "1"],
    ["callbacks"],
    ["talk", "TALK", "--take"],
    ["talk", "TALK"],
    ["appointment", "list"],
    ["visit", "P-1"],
    ["application", "open", "P-1", "--all-papers"],
    ["application", "show", "1"],
    ["import", "holders", "x.csv"],
    ["import", "feed", "visits", "x.csv"],
    ["appointment", "centres", "x.csv"],
    ["appointment", "cancel", "1"],
    ["appointment", "kept", "1"],
    ["application", "withdraw", "1"],
    ["erase", "--permit", "P-1", "--yes"],
]


@pytest.mark.parametrize("command", SIGNED, ids=" ".join)
def test_no_command_takes_a_forged_name(own_state, command: list[str], capsys) -> None:
    with opened() as services:
        talk, _ = web_sessions.open_web(services)
    filled = [talk if word == "TALK" else word for word in command]
    assert outcome([*filled, "--staff", "holder"]) == 2
    assert "--staff" in capsys.readouterr().err
    with opened() as services, services.store.read() as session:
        assert session.scalars(select(AuditEntry)).all() == []


LARGE = [
    ["callbacks", "--page"],
    ["callbacks", "done"],
    ["notices", "--limit"],
    ["appointment", "list", "--page"],
    ["appointment", "cancel"],
    ["application", "list", "--limit"],
]


@pytest.mark.parametrize("number", [2**31, 10**20])
@pytest.mark.parametrize("command", LARGE, ids=" ".join)
def test_a_number_that_no_database_counts_to_is_a_wrong_number(
    own_state, command: list[str], number: int, capsys
) -> None:
    assert outcome([*command, str(number)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
