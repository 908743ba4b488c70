"""Attacks on the login by code: keeping an owner out, flooding a phone, spying who is on file, guessing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from renewal.services.app import Services
from renewal.services.talks import login_limits
from renewal.store.models import Conversation, Holder, LoginCode
from tests.security.visitors import HOME, Browser, Web, ask_for, clocked, phone_of

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
UNKNOWN = "帮我查一下19999990001的续签状态"


@pytest.fixture
def web(sample: Services) -> Web:
    return Web(clocked(sample))


def address(number: int) -> str:
    return f"198.51.{number // 250}.{number % 250 + 1}"


def asks(web: Web, words: str, caller: str) -> bool:
    """Ask for a code from a new conversation; whether one was granted."""
    before = web.codes()
    web.browser(caller).say(words)
    return web.codes() > before


# ---- a stranger who asks for codes to somebody else's phone -------------------------------------------------


@pytest.mark.parametrize("callers", [1, 20])
def test_a_strangers_twenty_asks_do_not_keep_the_owner_out(web: Web, callers: int) -> None:
    for number in range(20):
        asks(web, ask_for(web.holder()), address(number % callers))
    web.services.wait(minutes=5)
    owner = web.browser(HOME)
    assert web.login(owner, web.holder()).json["known"] is True


def test_a_stranger_at_one_address_has_its_own_count_of_a_phone(web: Web) -> None:
    granted = 0
    for _ in range(6):
        granted += asks(web, ask_for(web.holder()), address(1))
        web.services.wait(minutes=6)
    assert granted == 3
    assert asks(web, ask_for(web.holder()), HOME)


def test_while_a_stranger_asked_less_than_the_phones_share_the_owner_need_not_wait(web: Web) -> None:
    asks(web, ask_for(web.holder()), address(1))
    asks(web, ask_for(web.holder()), address(1))
    assert web.login(web.browser(HOME), web.holder()).json["known"] is True


def test_a_strangers_asks_leave_the_owners_code_good(web: Web) -> None:
    owner = web.browser(HOME)
    owner.say(ask_for(web.holder()))
    code = web.code(web.holder())
    for number in range(5):
        asks(web, ask_for(web.holder()), address(number))
    assert owner.say(code).json["known"] is True


def test_a_strangers_wrong_codes_leave_the_owners_code_good(web: Web) -> None:
    owner, stranger = web.browser(HOME), web.browser(address(1))
    stranger.say(ask_for(web.holder()))
    owner.say(ask_for(web.holder()))
    code = web.code(web.holder())
    for _ in range(6):
        stranger.say(wrong(code))
    assert owner.say(code).json["known"] is True


# ---- flooding a phone ---------------------------------------------------------------------------------------


def test_a_phone_gets_three_codes_at_once_and_then_one_in_five_minutes(web: Web) -> None:
    granted = []
    for minute in range(20):
        granted += [minute] if asks(web, ask_for(web.holder()), address(minute)) else []
        web.services.wait(minutes=1)
    later = [second - first for first, second in pairwise(granted[2:])]
    assert granted[:3] == [0, 1, 2]
    assert later
    assert min(later) >= 5


def test_a_phone_that_is_asked_for_all_day_gets_one_in_an_hour_and_its_owner_gets_in(
    sample: Services,
) -> None:
    web = Web(clocked(sample, login_codes_per_day=1))
    granted = []
    for number in range(36):
        granted.append(asks(web, ask_for(web.holder()), address(number)))
        web.services.wait(minutes=20)
    assert granted == [True] * login_limits.PHONE_DAYS + [False, False, True] * 11
    web.services.wait(minutes=60)
    assert web.login(web.browser(HOME), web.holder()).json["known"] is True


@pytest.mark.parametrize("words", ["{0}", "+86{0}", "0086 {0}", "{1} {2} {3}", "{1}-{2}-{3}"])
def test_however_a_number_is_written_it_is_one_phone(web: Web, words: str) -> None:
    phone = phone_of(web.holder())
    written = words.format(phone, phone[:3], phone[3:7], phone[7:])
    for number in range(3):
        assert asks(web, ask_for(web.holder()), address(number))
    assert not asks(web, f"帮我查一下{written}的续签状态", address(9))


@pytest.mark.parametrize(
    ("one", "other", "granted"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", False),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", True),
        ("::ffff:192.0.2.1", "192.0.2.1", False),
    ],
)
def test_an_address_is_a_line_and_not_each_of_its_numbers(
    web: Web, one: str, other: str, granted: bool
) -> None:
    for _ in range(3):
        assert asks(web, ask_for(web.holder()), one)
    web.services.wait(minutes=6)
    assert asks(web, ask_for(web.holder()), other) is granted


# ---- a cap over all -----------------------------------------------------------------------------------------


def test_all_together_get_no_more_codes_than_the_cap_and_an_alarm_is_raised(sample: Services) -> None:
    web = Web(clocked(sample, login_codes_over_all_per_hour=10))
    with capture_logs() as logs:
        granted = [asks(web, ask_for(web.holder(number)), address(number)) for number in range(12)]
    assert granted == [True] * 10 + [False] * 2
    alarms = [line for line in logs if line["event"] == "login_codes_capped"]
    assert [(line["log_level"], line["per_hour"]) for line in alarms] == [("error", 10)] * 2
    web.services.wait(hours=1)
    assert asks(web, ask_for(web.holder()), HOME)


def test_one_caller_cannot_use_up_what_all_may_have(sample: Services) -> None:
    web = Web(clocked(sample, login_codes_over_all_per_hour=40))
    granted = [asks(web, ask_for(web.holder(number)), address(1)) for number in range(8)]
    assert granted == [True] * 4 + [False] * 4
    assert asks(web, ask_for(web.holder(9)), HOME)


def test_one_page_cannot_ask_for_one_phone_after_the_other(web: Web) -> None:
    page = web.browser()
    for number in range(8):
        page.say(ask_for(web.holder(number)))
    assert web.codes() == 3


# ---- spying who is on file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("callers", [1, 20])
def test_a_number_on_file_is_granted_and_refused_just_like_another(web: Web, callers: int) -> None:
    heard: dict[str, list[list[str]]] = {ask_for(web.holder()): [], UNKNOWN: []}
    for number in range(9):
        for words, answers in heard.items():
            answers.append(web.browser(address(number % callers)).heard(words))
        web.services.wait(minutes=2)
    known, unknown = heard.values()
    assert known == unknown
    assert len({tuple(answer) for answer in known}) == 2  # granted and refused were both seen


def test_the_cap_refuses_a_number_on_file_just_like_another(sample: Services) -> None:
    web = Web(clocked(sample, login_codes_over_all_per_hour=10))
    for number in range(10):
        asks(web, ask_for(web.holder(number)), address(number))
    refused = [
        web.browser(address(50 + n)).heard(w) for n, w in enumerate((ask_for(web.holder(20)), UNKNOWN))
    ]
    assert refused[0] == refused[1]


# ---- guessing a code ----------------------------------------------------------------------------------------


@pytest.fixture
def victim(web: Web) -> Holder:
    return web.holder()


@pytest.fixture
def thief(web: Web, victim: Holder) -> Browser:
    """A stranger's page that asked for a code to the victim's phone."""
    page = web.browser(address(1))
    page.say(ask_for(victim))
    return page


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06d}"


def is_known(web: Web, page: Browser) -> bool:
    return bool(page.read().json["known"])


def test_five_guesses_burn_a_code_and_the_right_one_comes_too_late(
    web: Web, thief: Browser, victim: Holder
) -> None:
    code = web.code(victim)
    for number in range(1, 6):
        thief.say(wrong(code, number))
    assert thief.heard(code) == [web.sentence("identity.burned", digits=6, minutes=5)]
    assert not is_known(web, thief)


def test_guesses_at_once_are_counted_one_by_one(web: Web, thief: Browser, victim: Holder) -> None:
    code = web.code(victim)
    token = thief.token

    def guess(number: int) -> None:
        page = web.beside().browser(address(1), opened=False)
        page.token = token
        page.say(wrong(code, number + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(8)))
    with web.services.store.read() as session:
        row = session.scalars(select(LoginCode)).one()
    assert (row.tries, row.state) == (5, "burned")


def test_in_an_hour_a_page_guesses_no_more_than_fifteen_times(web: Web, victim: Holder) -> None:
    page = web.browser(address(1))
    for _ in range(8):
        page.say(ask_for(victim))
        code = web.code(victim)
        for number in range(1, 8):
            page.say(wrong(code, number))
        web.services.wait(minutes=7)
    with web.services.store.read() as session:
        assert sum(session.scalars(select(LoginCode.tries))) <= 15


def test_in_a_day_all_together_guess_a_phones_codes_no_more_than_a_hundred_times(web: Web) -> None:
    owner, share = web.holder(), web.services.settings.login_codes_per_day * login_limits.PHONE_DAYS
    for number in range(share + 22):
        page = web.browser(address(number))
        page.say(ask_for(owner))
        code = web.code(owner)
        for guess in range(1, 6 if number < 6 else 4):
            page.say(wrong(code, guess))
        web.services.wait(minutes=6 if number < share else 61)
    with web.services.store.read() as session:
        tries = session.scalars(select(LoginCode.tries)).all()
    assert len(tries) >= share + 20, "the codes were sent all the same"
    assert login_limits.GUESSED < sum(tries) <= 100
    page = web.browser(HOME)
    page.say(ask_for(owner))
    code = web.code(owner)
    page.say(wrong(code))  # one slip of the owner's hand
    assert page.say(code).json["known"] is True


def test_the_few_tries_of_a_phone_that_is_guessed_at_tell_nothing_of_it(sample: Services) -> None:
    web = Web(clocked(sample, login_codes_per_hour=20, login_codes_per_day=50))
    said = []
    for words in (ask_for(web.holder()), "帮我查一下13800001111的续签状态"):
        answers = []
        for number in range(6):
            page = web.browser(address(number))
            page.say(words)
            answers += [page.heard(f"00000{guess}") for guess in range(6)]
        said.append(answers)
    assert said[0] == said[1]
    assert said[0][0] != said[0][-1]


def _used(web: Web, thief: Browser, victim: Holder) -> str:
    """A code that its owner used on another page."""
    owner = web.browser(HOME)
    web.login(owner, victim)
    return web.code(victim)


def _of_another_page(web: Web, thief: Browser, victim: Holder) -> str:
    owner = web.browser(HOME)
    owner.say(ask_for(victim))
    return web.code(victim)


def _replaced(web: Web, thief: Browser, victim: Holder) -> str:
    first = web.code(victim)
    thief.say(ask_for(victim))
    return first


def _late(web: Web, thief: Browser, victim: Holder) -> str:
    web.services.wait(minutes=5)
    return web.code(victim)


def _after_the_number_changed(web: Web, thief: Browser, victim: Holder) -> str:
    code = web.code(victim)
    with web.services.store.session() as session:
        holder = session.get_one(Holder, victim.id)
        holder.phone, holder.phone_hash = "+8619999990009", web.services.store.phone_hash("+8619999990009")
    return code


def _after_the_number_became_anothers_too(web: Web, thief: Browser, victim: Holder) -> str:
    code = web.code(victim)
    with web.services.store.session() as session:
        other = session.get_one(Holder, web.holder(1).id)
        other.phone, other.phone_hash = victim.phone, victim.phone_hash
    return code


def _of_an_own_number(web: Web, thief: Browser, victim: Holder) -> str:
    """The thief's own phone is on file as well, and gets a code: it is no code of the victim's."""
    own = web.holder(2)
    other = web.browser(address(2))
    other.say(ask_for(own))
    return web.code(own)


@pytest.mark.parametrize(
    "stolen",
    [
        _used,
        _of_another_page,
        _replaced,
        _late,
        _after_the_number_changed,
        _after_the_number_became_anothers_too,
        _of_an_own_number,
    ],
    ids=lambda way: way.__name__.strip("_"),
)
def test_a_code_that_is_not_this_pages_open_one_opens_nothing(
    web: Web,
    thief: Browser,
    victim: Holder,
    stolen: Callable[[Web, Browser, Holder], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = iter(range(100_001, 100_100))
    thief_code = web.code(victim)
    monkeypatch.setattr("secrets.randbelow", lambda _most: next(codes))  # no two codes are the same by chance
    code = stolen(web, thief, victim)
    assert code == thief_code or code.startswith("1000")
    thief.say(code)
    assert not is_known(web, thief)


def test_a_code_replayed_after_the_login_ended_opens_nothing(web: Web, victim: Holder) -> None:
    owner = web.browser()
    web.login(owner, victim)
    code = web.code(victim)
    owner.ask("DELETE", "/chat/sessions")
    owner.open()
    owner.say(code)
    assert not is_known(web, owner)


@pytest.mark.parametrize(
    "guess",
    [
        *("000000", "123456", "******", "0", "00000", "0000000", "00000000", "-00001", "1e5", "0x1F40"),
        *("' OR '1'='1", "验证码是' OR 1=1 --", "验证码%", "验证码______", "验证码??????", "验证码null"),
        *(
            "０００００１",
            "零零零零零一",
            "①②③④⑤⑥",
            "𝟎𝟎𝟎𝟎𝟎𝟏",
            "٠٠٠٠٠١",
            "0\u200b0\u200b0\u200b0\u200b0\u200b1",
        ),
        *("000001 000002 000003", "000001,000002,000003,000004,000005", "验证码" + "0" * 1500, "000 001"),
    ],
)
def test_a_guess_in_any_form_is_at_most_one_try(
    web: Web, monkeypatch: pytest.MonkeyPatch, guess: str
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _most: 884_422)
    page = web.browser(address(1))
    page.say(ask_for(web.holder()))
    assert page.say(guess).status_code == 200
    assert not is_known(web, page)
    with web.services.store.read() as session:
        assert session.scalars(select(LoginCode)).one().tries <= 1


def test_many_codes_in_one_text_are_no_way_past_the_tries(web: Web, thief: Browser, victim: Holder) -> None:
    code = web.code(victim)
    others = [wrong(code, number) for number in range(1, 20)]
    thief.say(" ".join([*others, code]))
    thief.say("，".join([*others, code]))
    assert not is_known(web, thief)
    with web.services.store.read() as session:
        assert session.scalars(select(LoginCode)).one().tries <= 2


@pytest.mark.parametrize("words", ["{hash}", "验证码{hash}", "{id}", "验证码{id}"])
def test_what_the_database_holds_of_a_code_is_no_code(web: Web, thief: Browser, words: str) -> None:
    with web.services.store.read() as session:
        row = session.scalars(select(LoginCode)).one()
    thief.say(words.format(hash=row.code_hash, id=row.id))
    assert not is_known(web, thief)


def test_a_login_says_when_and_by_which_phone_it_was_made(web: Web, victim: Holder) -> None:
    owner = web.browser()
    web.login(owner, victim)
    with web.services.store.read() as session:
        talk = session.scalars(select(Conversation).where(Conversation.holder_id == victim.id)).one()
    assert talk.linked_phone_hash == victim.phone_hash
    assert web.services.now() - talk.linked_at < timedelta(minutes=1)
