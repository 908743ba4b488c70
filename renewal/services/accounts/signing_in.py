"""Signing in at the desk and out of it; a session is a row, so it ends here whatever a browser still has."""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from renewal.domain.staff import Role
from renewal.language.staff_names import account_name
from renewal.services.accounts import accounts, passwords
from renewal.services.app import Services
from renewal.services.work import Work
from renewal.store.models import StaffAccount, StaffSession
from renewal.wording.staff import staff_sentence

MOST_TRIES = 10  # wrong passwords in a row
SHUT_OUT = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
_NOTED_EVERY = timedelta(minutes=1)
UNKNOWN = "unknown"  # what was typed as a name may be a password: it is not kept
DOOR = "desk"
_MARK_BYTES, _CHANCE_CHARS = 12, 16


class WrongPassword(passwords.WeakPassword):
    """The present password is not right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in."""

    account_id: int
    name: str
    role: Role
    must_change: bool

    @property
    def actor(self) -> str:
        """As the audit names them, with the door by which they came."""
        return actor_of(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """One try to sign in.

    `open`: the right password would be enough. `last`: a wrong one shuts the account.
    """

    name: str
    open: bool
    password_hash: str
    last: bool = False


def actor_of(name: str) -> str:
    """A member of staff at the desk, as the audit names them."""
    return f"{name}({DOOR})"


def sign_in(services: Services, name: str, password: str, marks: Collection[str] = ()) -> str | None:
    """The token of a new session; None where name or password is wrong or the account is locked, alike.

    A try is counted before its password is looked at: tries at the same time are not more tries. `marks` are those
    of a browser, whose tries the caller bounds: where one is this account's, strangers' wrong passwords do not count.
    """
    tried = _count(services, account_name(name) or "", marks)
    right = passwords.is_right(tried.password_hash, password[: passwords.LONGEST_CHARS + 1])
    if right and tried.open:
        return _begin(services, tried.name)
    _note_refusal(services, tried)
    return None


def mark_of(services: Services, name: str) -> str:
    """A mark for a browser in which this account signed in, good until the password is another one.

    It tells nobody whose it is.
    """
    with services.store.read() as session:
        account = session.scalars(select(StaffAccount).where(StaffAccount.name == name)).one()
        return _mark(services, account, secrets.token_urlsafe(_MARK_BYTES))


def who(services: Services, token: str, *, active: bool = True) -> Person | None:
    """Who is signed in by this token; None where nobody is, or it is too long ago. A page that only looks for
    news is not `active`: it keeps nobody signed in.
    """
    now, token_hash = services.now(), services.store.token_hash(token)
    with services.store.read() as session:
        found = session.get(StaffSession, token_hash)
        account = session.get(StaffAccount, found.account_id) if found else None
        if found is None or account is None or not account.active or _is_over(found, now):
            return None
        seen_at = found.seen_at
    if active and now - seen_at >= _NOTED_EVERY:
        _note_seen(services, token_hash, now)
    return Person(
        account_id=account.id, name=account.name, role=account.role, must_change=account.must_change
    )


def sign_out(services: Services, token: str) -> None:
    """End the session of this token, for whoever has it."""
    with services.store.session() as session:
        found = session.get(StaffSession, services.store.token_hash(token))
        if found is None:
            return
        account = session.get_one(StaffAccount, found.account_id)
        session.delete(found)
        work = Work(services=services, session=session, actor=actor_of(account.name), now=services.now())
        accounts.note(work, "desk.signed_out", account.name)


def sign_out_everywhere(services: Services, name: str, *, actor: str) -> int:
    """End every session of an account; returns how many there were. Raises BadAccount."""
    with Work.begin(services, actor=actor) as work:
        account = accounts.existing(work.session, name)
        ended = accounts.end_sessions(work.session, account)
        accounts.note(work, "desk.signed_out_everywhere", account.name, sessions=ended)
        return ended


def change_password(services: Services, person: Person, present: str, new: str) -> str:
    """Change one's own password; every session ends but a new one, whose token is returned.

    Raises:
        WrongPassword: the present one is not right, or too many wrong ones were tried.
        WeakPassword: the new one is too short, too easily guessed or the old one.
    """
    tried = _count(services, person.name)
    if not passwords.is_right(tried.password_hash, present) or not tried.open:
        _note_refusal(services, tried)
        raise WrongPassword(staff_sentence("accounts.password_wrong"))
    if present == new:
        raise passwords.WeakPassword(staff_sentence("accounts.password_same"))
    accounts.set_password(services, person.name, new, must_change=False, actor=person.actor)
    return _begin(services, person.name)


def _mark(services: Services, account: StaffAccount, chance: str) -> str:
    made = services.store.token_hash(f"browser {chance} {account.id} {account.password_hash}")
    return f"{chance}{made}"


def _knows(services: Services, account: StaffAccount, marks: Collection[str]) -> bool:
    """Whether one of the marks is this account's."""
    made = [(mark, _mark(services, account, mark[:_CHANCE_CHARS])) for mark in marks if mark.isascii()]
    return any([hmac.compare_digest(mark, right) for mark, right in made])  # noqa: C419 each is looked at


def _count(services: Services, name: str, marks: Collection[str] = ()) -> _Try:
    """Count a try of this name; where there is no such account, it is as long in the making."""
    now = services.now()
    with services.store.session() as session:
        found = select(StaffAccount).where(StaffAccount.name == name).with_for_update()
        account = session.scalars(found).one_or_none()
        if account is None:
            return _Try(name=UNKNOWN, open=False, password_hash=passwords.of_nobody())
        if account.active and _knows(services, account, marks):
            return _Try(name=name, open=True, password_hash=account.password_hash)
        shut = account.locked_until_at is not None and account.locked_until_at > now
        if shut or not account.active:
            return _Try(name=name, open=False, password_hash=passwords.of_nobody())
        if account.locked_until_at is not None:
            account.failed_tries, account.locked_until_at = 0, None
        account.failed_tries += 1
        if account.failed_tries >= MOST_TRIES:
            account.locked_until_at = now + SHUT_OUT
        return _Try(
            name=name,
            open=True,
            password_hash=account.password_hash,
            last=account.failed_tries >= MOST_TRIES,
        )


def _note_refusal(services: Services, tried: _Try) -> None:
    why = "password" if tried.open else "unknown" if tried.name == UNKNOWN else "locked"
    with Work.begin(services, actor=actor_of(tried.name)) as work:
        accounts.note(work, "desk.refused", tried.name, why=why)
        if tried.last:
            accounts.note(work, "desk.shut_out", tried.name)


def _begin(services: Services, name: str) -> str:
    token = secrets.token_urlsafe(32)
    with Work.begin(services, actor=actor_of(name)) as work:
        session, now = work.session, work.now
        account = accounts.existing(session, name)
        account.failed_tries, account.locked_until_at, account.last_seen_at = 0, None, now
        _forget_old(session, now)
        session.add(
            StaffSession(
                token_hash=services.store.token_hash(token),
                account_id=account.id,
                began_at=now,
                seen_at=now,
            )
        )
        accounts.note(work, "desk.signed_in", name)
    return token


def _is_over(found: StaffSession, now: datetime) -> bool:
    return now - found.seen_at > IDLE or now - found.began_at > LONGEST


def _note_seen(services: Services, token_hash: str, now: datetime) -> None:
    with services.store.session() as session:
        found = session.get(StaffSession, token_hash)
        if found is not None:
            found.seen_at = now
            session.get_one(StaffAccount, found.account_id).last_seen_at = now


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(StaffSession).where(StaffSession.began_at < now - LONGEST))
