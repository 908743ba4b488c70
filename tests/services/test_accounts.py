"""Accounts of staff: made, locked out, signed out; every act in the audit under the name of who did it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import thread_time

import pytest
from sqlalchemy import select
from zxcvbn.matching import RANKED_DICTIONARIES

from renewal.domain.staff import Role
from renewal.services.accounts import accounts, passwords, signing_in
from renewal.services.accounts.accounts import BadAccount
from renewal.services.accounts.passwords import WeakPassword
from renewal.services.accounts.signing_in import IDLE, LONGEST, MOST_TRIES, SHUT_OUT, WrongPassword
from renewal.services.app import Services
from renewal.store.models import AuditEntry, StaffAccount, StaffSession

PASSWORD = "river-lantern-cabbage"
OTHER = "window-copper-seventeen"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Later(Services):
    """Services whose clock stands where it is put."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def at(services: Services, after: timedelta = timedelta()) -> Services:
    parts = {name: getattr(services, name) for name in ("settings", "store", "rulebook", "wording", "jobs")}
    return Later(**parts, at=START + after)


@pytest.fixture
def li(services: Services) -> Services:
    """A clerk called li has an account, at START."""
    now = at(services)
    accounts.add(now, "li", Role.CLERK, PASSWORD, must_change=False, actor="os:root")
    return now


def audit(services: Services) -> list[tuple[str, str, str]]:
    with services.store.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.actor, row.action, row.subject) for row in rows]


def test_a_password_is_kept_as_argon2id_and_read_by_nobody(li: Services) -> None:
    with li.store.read() as session:
        kept = session.scalars(select(StaffAccount.password_hash)).one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept


def test_who_signs_in_is_known_by_a_token_of_which_only_the_hash_is_kept(li: Services) -> None:
    token = signing_in.sign_in(li, " LI ", PASSWORD)
    found = signing_in.who(li, token)
    assert (found.name, found.role, found.actor) == ("li", Role.CLERK, "li(desk)")
    with li.store.read() as session:
        assert session.scalars(select(StaffSession.token_hash)).all() != [token]
    assert signing_in.who(li, token + "x") is None
    assert audit(li) == [
        ("os:root", "account.added", "account:li"),
        ("li(desk)", "desk.signed_in", "account:li"),
    ]


@pytest.mark.parametrize("name", ["", "a b", "worker", "持证人", "x" * 41, "../li", "<b>", "-li", "li\u202e"])
def test_what_is_no_name_makes_no_account(services: Services, name: str) -> None:
    with pytest.raises(BadAccount, match="账户名只能"):
        accounts.add(services, name, Role.CLERK, PASSWORD, must_change=False, actor="x")


def test_a_name_is_taken_once_whatever_its_letters_look_like(li: Services) -> None:
    with pytest.raises(BadAccount, match="已经有叫 li"):
        accounts.add(li, "ＬＩ", Role.CLERK, PASSWORD, must_change=False, actor="x")


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 201, "aaaaaaaaaaaaaaaa", "123456789012", "zhangxin-zhangxin", "a-zhangxin-9Qk4"],
)
def test_a_weak_password_is_refused_with_what_to_do(services: Services, password: str) -> None:
    with pytest.raises(WeakPassword, match="几个不相干的词"):
        accounts.add(services, "zhangxin", Role.CLERK, password, must_change=False, actor="x")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Password2026!", "常见口令"),
        ("P@ssw0rd!P@ssw0rd!", "常见口令|重复"),
        ("admin@123456", "数字|键盘|常见"),
        ("woaini1314520", "常见口令"),
        ("iloveyou-iloveyou", "常见口令"),
        ("qwertyuiop12", "键盘|常见"),
        ("1qaz2wsx3edc", "键盘|常见"),
        ("poiuytrewq09", "键盘|常见"),
        ("ertyuiokjhgf", "键盘"),
        ("mima-laopo-5201314", "常见口令"),
        ("5h4ngh41-juzhuzheng", "业务"),
        ("renewal-1998-11-23", "业务|年份"),
        ("abcdefghijkl", "数字、字母"),
        ("20262027202819", "数字、字母"),
        ("aaaaaaaaaaab", "重复"),
        ("abababababab", "重复"),
        ("x7!x7!x7!x7!x7!", "重复"),
        ("renewal-desk-2026", "业务"),
        ("Shanghai@JuZhuZheng1", "业务"),
        ("居住证续签助手工作台一二三四", "业务"),
        ("ＲＥＮＥＷＡＬ－ＤＥＳＫ－１", "业务"),
        ("-zhangxin-river-lantern", "账户名"),
    ],
)
def test_why_a_common_password_is_refused_is_said_in_a_sentence(
    services: Services, password: str, why: str
) -> None:
    with pytest.raises(WeakPassword) as refused:
        accounts.add(services, "zhangxin", Role.CLERK, password, must_change=False, actor="x")
    assert re.search(why, str(refused.value)), str(refused.value)
    assert password not in str(refused.value)


def test_none_of_the_passwords_that_are_used_most_is_taken() -> None:
    common = [one for one in RANKED_DICTIONARIES["passwords"] if len(one) >= passwords.SHORTEST_CHARS]
    assert len(RANKED_DICTIONARIES["passwords"]) >= 3_000
    assert len(common) > 10
    doubled = [one * 2 for one in list(RANKED_DICTIONARIES["passwords"])[:300] if len(one) >= 6]
    for one in (*common, *(one.upper() for one in common), *doubled):
        with pytest.raises(WeakPassword):
            passwords.refuse_weak("zhangxin", one)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "three-words-of-a-test",
        "柿子 电梯 蓝墨水 第七条小路",
        "Umbrella, tram; 9 herons",
        "kx7Qm2vTz9Lw",
        "password-of-a-green-umbrella",
        "staff-umbrella-lantern-tram",
        "Umbrella, tram; 9 herons, a lantern by the river, and nothing else but rain for weeks",
    ],
)
def test_a_password_of_unrelated_words_is_taken(password: str) -> None:
    passwords.refuse_weak("zhangxin", password)


def test_a_printed_passphrase_is_strong_and_never_the_same() -> None:
    printed = {passwords.passphrase() for _ in range(100)}
    assert len(printed) == 100
    for one in printed:
        passwords.refuse_weak("li", one)


def test_ten_wrong_passwords_lock_the_account_for_a_while_and_the_right_one_is_refused_too(
    li: Services,
) -> None:
    for _ in range(MOST_TRIES):
        assert signing_in.sign_in(li, "li", "wrong") is None
    assert signing_in.sign_in(li, "li", PASSWORD) is None
    acts = [action for _, action, _ in audit(li)]
    assert acts.count("desk.refused") == MOST_TRIES + 1
    assert acts.count("desk.shut_out") == 1
    assert accounts.listed(li)[0].state == "shut_out"
    soon = at(li, SHUT_OUT - timedelta(seconds=1))
    assert signing_in.sign_in(soon, "li", PASSWORD) is None
    later = at(li, SHUT_OUT + timedelta(seconds=1))
    assert signing_in.sign_in(later, "li", PASSWORD) is not None


def test_nine_wrong_passwords_and_the_right_one_begin_the_count_anew(li: Services) -> None:
    for _ in range(2):
        for _ in range(MOST_TRIES - 1):
            assert signing_in.sign_in(li, "li", "wrong") is None
        assert signing_in.sign_in(li, "li", PASSWORD) is not None
    assert "desk.shut_out" not in [action for _, action, _ in audit(li)]


def test_a_name_without_account_is_refused_alike_and_what_was_typed_is_not_kept(li: Services) -> None:
    assert signing_in.sign_in(li, "my-secret-typed-as-name", "wrong") is None
    assert audit(li)[-1] == ("unknown(desk)", "desk.refused", "account:unknown")


def test_a_name_without_account_takes_as_long_as_a_wrong_password(li: Services) -> None:
    def work_s(name: str) -> float:
        began = thread_time()  # of this thread alone: other work on the machine does not count
        signing_in.sign_in(li, name, "wrong")
        return thread_time() - began

    work_s("nobody")
    known, unknown = ([work_s(name) for _ in range(5)] for name in ("li", "nobody"))
    assert 0.6 < min(known) / min(unknown) < 1.7


def test_a_session_ends_after_half_an_hour_of_nothing_and_after_ten_hours_in_any_case(li: Services) -> None:
    token = signing_in.sign_in(li, "li", PASSWORD)
    assert signing_in.who(at(li, IDLE - timedelta(minutes=1)), token) is not None
    assert signing_in.who(at(li, 2 * IDLE - timedelta(minutes=2)), token) is not None
    assert signing_in.who(at(li, 3 * IDLE), token) is None
    other = signing_in.sign_in(li, "li", PASSWORD)
    step, gone = timedelta(minutes=20), timedelta()
    while (gone := gone + step) <= LONGEST:
        assert signing_in.who(at(li, gone), other) is not None
    assert signing_in.who(at(li, LONGEST + timedelta(minutes=1)), other) is None


def test_a_page_that_looks_for_news_by_itself_keeps_nobody_signed_in(li: Services) -> None:
    token = signing_in.sign_in(li, "li", PASSWORD)
    for minutes in range(5, 31, 5):
        assert signing_in.who(at(li, timedelta(minutes=minutes)), token, active=False) is not None
    assert signing_in.who(at(li, timedelta(minutes=31)), token, active=False) is None


def test_signing_out_ends_this_session_and_signing_out_everywhere_all(li: Services) -> None:
    first, second, third = (signing_in.sign_in(li, "li", PASSWORD) for _ in range(3))
    signing_in.sign_out(li, first)
    signing_in.sign_out(li, first)
    assert signing_in.who(li, first) is None
    assert signing_in.who(li, second) is not None
    assert signing_in.sign_out_everywhere(li, "li", actor="os:root") == 2
    assert signing_in.who(li, third) is None
    assert audit(li)[-1] == ("os:root", "desk.signed_out_everywhere", "account:li")


def test_a_locked_account_is_out_at_once_and_comes_back_when_it_is_unlocked(li: Services) -> None:
    token = signing_in.sign_in(li, "li", PASSWORD)
    assert accounts.lock(li, "li", actor="os:root")
    assert not accounts.lock(li, "li", actor="os:root")
    assert signing_in.who(li, token) is None
    assert signing_in.sign_in(li, "li", PASSWORD) is None
    assert accounts.unlock(li, "li", actor="os:root")
    assert not accounts.unlock(li, "li", actor="os:root")
    assert signing_in.sign_in(li, "li", PASSWORD) is not None
    acts = [action for _, action, _ in audit(li)]
    assert (acts.count("account.locked"), acts.count("account.unlocked")) == (1, 1)


def test_another_role_holds_from_the_next_request_on(li: Services) -> None:
    token = signing_in.sign_in(li, "li", PASSWORD)
    assert accounts.set_role(li, "li", Role.SUPERVISOR, actor="os:root")
    assert not accounts.set_role(li, "li", Role.SUPERVISOR, actor="os:root")
    assert signing_in.who(li, token).role is Role.SUPERVISOR
    with li.store.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.role")).one()
    assert entry.detail == {"was": "clerk", "now": "supervisor"}


def test_ones_own_password_is_changed_with_the_present_one_and_ends_other_sessions(li: Services) -> None:
    elsewhere = signing_in.sign_in(li, "li", PASSWORD)
    person = signing_in.who(li, signing_in.sign_in(li, "li", PASSWORD))
    with pytest.raises(WrongPassword):
        signing_in.change_password(li, person, "wrong", OTHER)
    with pytest.raises(WeakPassword, match="和现在的一样"):
        signing_in.change_password(li, person, PASSWORD, PASSWORD)
    here = signing_in.change_password(li, person, PASSWORD, OTHER)
    assert signing_in.who(li, elsewhere) is None
    assert signing_in.who(li, here) is not None
    assert signing_in.sign_in(li, "li", PASSWORD) is None
    assert signing_in.sign_in(li, "li", OTHER) is not None


def test_the_present_password_cannot_be_guessed_at_without_end_by_who_found_an_open_desk(
    li: Services,
) -> None:
    person = signing_in.who(li, signing_in.sign_in(li, "li", PASSWORD))
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongPassword):
            signing_in.change_password(li, person, "wrong", OTHER)
    with pytest.raises(WrongPassword):
        signing_in.change_password(li, person, PASSWORD, OTHER)


def test_a_password_that_somebody_else_gave_must_be_changed(li: Services) -> None:
    accounts.set_password(li, "li", OTHER, must_change=True, actor="os:root")
    person = signing_in.who(li, signing_in.sign_in(li, "li", OTHER))
    assert person.must_change
    token = signing_in.change_password(li, person, OTHER, PASSWORD)
    assert not signing_in.who(li, token).must_change


@pytest.mark.parametrize("act", [accounts.lock, accounts.unlock, signing_in.sign_out_everywhere])
def test_what_is_done_to_an_account_that_is_not_there_is_told(services: Services, act) -> None:
    with pytest.raises(BadAccount, match="没有叫 nobody"):
        act(services, "nobody", actor="x")


def test_sessions_that_are_over_are_forgotten_at_the_next_signing_in(li: Services) -> None:
    signing_in.sign_in(li, "li", PASSWORD)
    signing_in.sign_in(at(li, LONGEST + timedelta(minutes=1)), "li", PASSWORD)
    with li.store.read() as session:
        assert len(session.scalars(select(StaffSession)).all()) == 1
