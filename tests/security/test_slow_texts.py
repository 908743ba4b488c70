"""Nobody can keep a process busy with a text: no pattern takes much longer than its text, and no text is too long."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from renewal.dialogue.memory import Memory
from renewal.dialogue.understood import Understood
from renewal.language import secrets
from renewal.language.facts import told_facts
from renewal.language.for_staff import housing_in, mask_numbers
from renewal.language.masking import MASK, mask_id_numbers
from renewal.language.opting import read_opting
from renewal.language.reading import Reading
from renewal.language.syllables import is_made_of
from renewal.language.text import LONGEST_ANSWERED_CHARS, LONGEST_GAP_CHARS, LONGEST_TEXT_CHARS, cut, plain
from renewal.services.app import Services
from renewal.services.talks import conversations, inbound
from renewal.services.talks.case import case_of
from renewal.services.talks.dialogue import respond
from renewal.services.texts.provider import InboundText
from renewal.store.models import InboundText as InboundRow
from tests.security.long_repeats import slow_texts

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 23)
PHONE = "+8619900020001"
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])  # it is reading that costs, not the store
MOST_S = 0.5  # of work for everything that reads one text; the slowest took 25 s
TRIES = 3  # the quickest counts: another process may have been at work
# What somebody repeats who wants to keep us busy.
PIECES = """
查 我 的 一 零 十 了 周 没 不是 除了周三， 15号 15号， 15号不行 从1号到 我叫 不叫 12月
12月5号 到期 第5年 第5年， 3年 社保 社保刚刚 社保整整 本科 周末 周一或 星期天 预约15号
上午不行 9点以后， 老公 妈妈的 我老公的居住证 我妈妈的， 租房住， 3年前搬家， 刚交12号， 12.25他的
12月5号我老婆12月6号他的 老婆12月5号， 验证码 验证码1234 北京居住证 浦东 退订 想死 五六七八九零 繁體 超过90天
一个12月1号一个 不是5号是6号 2019年3月交到现在， 11月23日到
1 1. 1- 2026-11- 18: 123456, 13812345678 138-1234- 310101199001011234 31010119900101123 +86
( ) [ 【 . ， 。 , · * - … ~ / \\ <b> { = _ # ?
a a- stop my me ne ai ang zhuang january monday tomorrow until yes https://a.b/ a@b.c
😀 👨\u200d👩\u200d👧 ﷺ ㎯ ﷽ ½ ① Ⅻ １ ㍻ ß İ あ 한 ا 𠀀
""".split()
SPACED = [
    "1 ",
    "1 - ",
    "的的 ",
    "张三 ",
    "王 伟",
    "自 杀",
    "ni hao ",
    "shi er yue ",
    "stop ",
    "monday ",
    "not ",
]
UNSEEN = [
    " ",
    "\n",
    "\t",
    "\u3000",
    "\u200b",
    "\u200d",
    "\u0301",
    "中\u0301",
    "\ufe0f",
    " \n1",
    "\U000e0001a",
]
pytestmark = pytest.mark.timeout(400)  # a training may be going on beside it
REPEATED = [*PIECES, *SPACED, *UNSEEN]
ENDINGS = {"ne": "b hi", "ai": "b hi", "ang": "b hi", "zhuang": "b hi", "社保刚刚": "呢", "社保整整": "呢"}
# Patterns that are slow, each in another way: the check of all the others must find them out.
SLOW = (
    r"(?:刚刚|刚)*了",
    r"(?:(?:zh|n)?(?:ai|a|e|i))+",
    r"查(?:一下|查|看)*的",
    r"[\d]+号",
    r"\d+\.\d+倍",
    r"(?:我|有|\d)*\d岁",
    r"不是.*?\d+.*?号",
    r"[，,。]+$",
)


@pytest.fixture(scope="module")
def timed() -> dict[str, Any]:
    """All patterns in use, timed in an interpreter that had compiled none."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.patterns_in_use"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_line_that_asks_for_a_pattern_is_reached(timed: dict[str, Any]) -> None:
    assert timed["missed"] == []
    assert timed["patterns"] > 1_000


def test_no_pattern_takes_much_longer_than_its_text(timed: dict[str, Any]) -> None:
    assert timed["slow"] == {}


@pytest.mark.parametrize("source", SLOW)
def test_a_pattern_that_does_is_found_out(source: str) -> None:
    assert slow_texts(source, 0)


@cache
def readers() -> dict[str, Callable[[str], object]]:
    """What reads a text where it comes in, and for the answer to it."""
    found: dict[str, Callable[[str], object]] = {
        part: lambda text, part=part: getattr(Reading(cut(text, LONGEST_ANSWERED_CHARS), TODAY), part)
        for part in vars(Reading)
        if not part.startswith("_") and part != "says"
    }
    return found | {
        "mask_id_numbers": mask_id_numbers,
        "may_matter": secrets.may_matter,
        "find_phone": secrets.find_phone,
        "find_code": lambda text: secrets.find_code(text, 6),
        "find_named_code": secrets.find_named_code,
        "names_another": secrets.names_another,
        "asks_status_with_phone": secrets.asks_status_with_phone,
        "wants_another": secrets.wants_another,
        "hide": lambda text: secrets.hide(text, 6),
        "read_opting": read_opting,
        "told_facts": told_facts,
        "housing_in": lambda text: housing_in([text]),
        "mask_numbers": mask_numbers,
    }


def _cost_s(text: str) -> float:
    return sum(_seconds(read, text) for read in readers().values())


def _seconds(read: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is loaded and compiled once is no text's cost."""
    for text in (
        "你好，我老公的居住证12月12号到期，怎么续签，13812345678",
        "my name is Li Lei, it expires on monday",
    ):
        _cost_s(text)


@pytest.mark.parametrize("piece", REPEATED)
def test_a_repeat_as_long_as_a_text_may_be_costs_little(piece: str) -> None:
    """Nobody can keep a process busy by repeating something. Each try is another text: what was read is kept."""
    ending = ENDINGS.get(piece, "")
    texts = [
        cut((piece * LONGEST_TEXT_CHARS)[: LONGEST_TEXT_CHARS - 9]) + ending + "?" * n for n in range(TRIES)
    ]
    assert any(_cost_s(text) < MOST_S for text in texts)


@pytest.mark.parametrize(
    "word", ["ne" * 400 + "b", "ai" * 400 + "t", "zhuang" * 100 + "x", "ang" * 300 + "ngb"]
)
def test_a_long_word_that_looks_like_pinyin_is_read_at_once(word: str) -> None:
    assert (
        Reading(f"{word} hi 12 yue", TODAY).language is None
        or _seconds(lambda t: Reading(t, TODAY).days, word) < MOST_S
    )
    assert _cost_s(word) < MOST_S


@ON_SQLITE
@pytest.mark.parametrize(
    "piece",
    ["老公", "15号，", "周末", "我老公的居住证", "查", "社保刚刚", "1号或", "9点以后，", "ne", "租房住，"],
)
@pytest.mark.parametrize("intent", ["materials_housing", "points_estimate", "appointment", "out_of_scope"])
def test_the_answer_to_such_a_text_costs_little(services: Services, piece: str, intent: str) -> None:
    case = case_of(services, conversations.open_anonymous(services, "sms"))
    text = (piece * LONGEST_ANSWERED_CHARS)[:LONGEST_ANSWERED_CHARS]
    ranking = ((intent, 0.9), ("fees", 0.05))
    said = Understood(intent=intent, text=text, confidence=0.9, ranking=ranking)
    respond(services, case, Understood(intent=intent, text="你好", confidence=0.9, ranking=ranking), Memory())
    began = time.process_time()
    respond(services, case, said, Memory())
    assert time.process_time() - began < 2 * MOST_S


@pytest.mark.parametrize("piece", ["字", "ﷺ", "㎯", "﷽", "½", "🙂", "é", "İ", "①", "a ", "１"])
@pytest.mark.parametrize("longest", [LONGEST_ANSWERED_CHARS, LONGEST_TEXT_CHARS])
def test_a_text_is_never_longer_than_it_may_be_however_it_is_written(piece: str, longest: int) -> None:
    begun = cut(piece * 10_000, longest)
    assert len(begun) <= longest
    assert len(plain(begun)) <= longest
    assert cut(begun, longest) == begun
    assert (piece * 10_000).startswith(begun)
    assert len(plain(piece * 10_000)) <= LONGEST_TEXT_CHARS


@pytest.mark.parametrize("text", ["", "怎么续签", "ﷺ", "字" * LONGEST_TEXT_CHARS, "a b\n" * 500])
def test_an_ordinary_text_is_not_cut(text: str) -> None:
    assert cut(text) == text


@pytest.mark.parametrize("gap", [" ", "\n", "\t", "\u3000", " \n"])
def test_a_gap_is_never_long(gap: str) -> None:
    assert len(plain(f"12月{gap * 900}5号")) <= len("12月5号") + LONGEST_GAP_CHARS


@ON_SQLITE
@pytest.mark.parametrize("piece", ["ﷺ", "字", "1 ", "查"])
def test_an_sms_is_cut_before_it_is_kept(services: Services, piece: str) -> None:
    text = InboundText(provider="twilio", provider_ref="SM1", phone=PHONE, body=piece * 10_000)
    began = time.process_time()
    inbound.receive(services, text, services.now())
    assert time.process_time() - began < 2 * MOST_S
    with services.store.read() as session:
        (kept,) = session.query(InboundRow)
        assert len(kept.body) <= LONGEST_TEXT_CHARS
        assert len(plain(kept.body)) <= LONGEST_TEXT_CHARS


class Quiet:
    """Answers anything, and keeps what it was asked."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def answer(self, *, conversation_id: str, text: str, intent: str = "", notice: str = "") -> tuple:
        self.got.append(text)
        return ()


@ON_SQLITE
@pytest.mark.parametrize("piece", ["ﷺ", "字", "1 ", "查", "老公"])
def test_the_assistant_gets_no_more_than_it_answers(services: Services, piece: str) -> None:
    talk, asked = conversations.open_anonymous(services, "web"), Quiet()
    conversations.say_to(services, asked, talk, "好", "0")
    began = time.process_time()
    conversations.say_to(services, asked, talk, piece * 2_000, "1")
    assert time.process_time() - began < 2 * MOST_S
    assert len(plain(asked.got[1])) <= LONGEST_ANSWERED_CHARS
    (_, said) = [message for message in conversations.since(services, talk, 0) if message.author == "user"]
    assert len(plain(said.text)) <= LONGEST_TEXT_CHARS


@pytest.mark.parametrize(
    "around", ["1" * 981, "1 " * 490, "12-" * 320, "查" * 981, "3101011990010112345 " * 49]
)
def test_an_id_number_in_a_long_text_is_masked_at_once(around: str) -> None:
    text = f"{around}。310101199001011234。{around}"
    began = time.process_time()
    masked = mask_id_numbers(text).text
    assert time.process_time() - began < MOST_S
    assert MASK in masked
    assert "310101199001011234" not in masked


@pytest.mark.parametrize(
    ("word", "whole"),
    [("xian", True), ("zhuang", True), ("nenene", True), ("neneneb", False), ("", False), ("hello", False)],
)
def test_a_word_is_made_of_syllables_or_not(word: str, whole: bool) -> None:
    from renewal.language.script import _SYLLABLE

    assert is_made_of(_SYLLABLE, word) is whole
