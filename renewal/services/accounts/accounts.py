"""The accounts of staff: made, listed, changed, locked. Each act stands in the audit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from renewal.domain.errors import RenewalError
from renewal.domain.staff import Role
from renewal.language.staff_names import LONGEST_NAME_CHARS, account_name
from renewal.services.accounts import passwords
from renewal.services.app import Services
from renewal.services.work import Work
from renewal.store.models import StaffAccount, StaffSession
from renewal.wording.staff import staff_sentence


class BadAccount(RenewalError):
    """There is no such account, there is one already, or the name is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """One account; `state` is active, locked (by an operator) or shut_out (too many wrong passwords)."""

    name: str
    role: Role
    state: str
    must_change: bool
    signed_in: int
    last_seen_at: datetime | None


def add(services: Services, name: str, role: Role, password: str, *, must_change: bool, actor: str) -> str:
    """Make an account; returns its name as it is kept.

    Raises:
        BadAccount: the name is none, or another account has it.
        WeakPassword: the password is too short or too easily guessed.
    """
    kept = account_name(name)
    if kept is None:
        raise BadAccount(staff_sentence("accounts.bad_name", longest=LONGEST_NAME_CHARS))
    passwords.refuse_weak(kept, password)
    password_hash = passwords.hashed(password)
    with Work.begin(services, actor=actor) as work:
        session = work.session
        services.store.one_at_a_time(session, "staff_accounts")
        if _find(session, kept) is not None:
            raise BadAccount(staff_sentence("accounts.exists", name=kept))
        session.add(
            StaffAccount(
                name=kept,
                password_hash=password_hash,
                role=role,
                must_change=must_change,
                created_at=work.now,
            )
        )
        note(work, "account.added", kept, role=role.value)
    return kept


def listed(services: Services) -> tuple[ListedAccount, ...]:
    """Every account, by name."""
    now = services.now()
    with services.store.read() as session:
        where = list(session.scalars(select(StaffSession.account_id)))
        rows = session.scalars(select(StaffAccount).order_by(StaffAccount.name)).all()
        return tuple(
            ListedAccount(
                name=row.name,
                role=row.role,
                state=_state(row, now),
                must_change=row.must_change,
                signed_in=where.count(row.id),
                last_seen_at=row.last_seen_at,
            )
            for row in rows
        )


def set_role(services: Services, name: str, role: Role, *, actor: str) -> bool:
    """Give the account another role, from its next request on; False where it had it. Raises BadAccount."""
    with Work.begin(services, actor=actor) as work:
        session = work.session
        account = existing(session, name)
        if account.role is role:
            return False
        was, account.role = account.role, role
        note(work, "account.role", account.name, was=was.value, now=role.value)
        return True


def lock(services: Services, name: str, *, actor: str) -> bool:
    """Nobody signs in with it any more, and who is signed in is out; False where it was so. Raises BadAccount."""
    with Work.begin(services, actor=actor) as work:
        session = work.session
        account = existing(session, name)
        changed, account.active = account.active, False
        end_sessions(session, account)
        if changed:
            note(work, "account.locked", account.name)
        return changed


def unlock(services: Services, name: str, *, actor: str) -> bool:
    """Let an account sign in again, whatever locked it; False where nothing did. Raises BadAccount."""
    with Work.begin(services, actor=actor) as work:
        session = work.session
        account = existing(session, name)
        changed = _state(account, work.now) != "active"
        account.active, account.failed_tries, account.locked_until_at = True, 0, None
        if changed:
            note(work, "account.unlocked", account.name)
        return changed


def set_password(services: Services, name: str, password: str, *, must_change: bool, actor: str) -> None:
    """Give the account another password, and sign it out everywhere.

    Raises:
        BadAccount: there is no such account.
        WeakPassword: the password is too short or too easily guessed.
    """
    passwords.refuse_weak(account_name(name) or name, password)
    password_hash = passwords.hashed(password)
    with Work.begin(services, actor=actor) as work:
        session = work.session
        account = existing(session, name)
        account.password_hash, account.must_change = password_hash, must_change
        end_sessions(session, account)
        note(work, "account.password", account.name)


def existing(session: Session, name: str) -> StaffAccount:
    """The account of that name, held until the transaction ends. Raises BadAccount."""
    account = _find(session, account_name(name) or "", lock=True)
    if account is None:
        raise BadAccount(staff_sentence("accounts.unknown", name=name))
    return account


def end_sessions(session: Session, account: StaffAccount) -> int:
    """Sign an account out everywhere; returns in how many browsers it was signed in."""
    ended = delete(StaffSession).where(StaffSession.account_id == account.id)
    return len(session.scalars(ended.returning(StaffSession.token_hash)).all())


def note(work: Work, action: str, name: str, **detail: str | int) -> None:
    """Keep in the audit what happened to an account."""
    work.audit(action, f"account:{name}", **detail)


def _find(session: Session, name: str, *, lock: bool = False) -> StaffAccount | None:
    query = select(StaffAccount).where(StaffAccount.name == name)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def _state(account: StaffAccount, now: datetime) -> str:
    if not account.active:
        return "locked"
    return "shut_out" if account.locked_until_at and account.locked_until_at > now else "active"
