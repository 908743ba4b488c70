"""`renewal desk`: the accounts of staff, made and changed by whoever runs the machine."""

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.actor import actor
from renewal.cli.console import out
from renewal.cli.errors import UsageFault
from renewal.cli.stack import opened
from renewal.domain.staff import Role
from renewal.services.accounts import accounts, passwords, signing_in
from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence


def sentence(key: str, **values: object) -> str:
    """`staff.accounts.<key>` of the wording."""
    return staff_sentence(f"accounts.{key}", **values)


def add(name: str, *, role: str, ask: bool, staff: str) -> None:
    """Make an account; where its password is not asked for, print one for the first sign-in."""
    wanted = _role(role)
    who = actor(staff)
    password = _asked() if ask else passwords.passphrase()
    with opened() as services:
        kept = accounts.add(services, name, wanted, password, must_change=not ask, actor=who)
    out.print(sentence("added", name=kept, role=_named(wanted)))
    _tell(password, asked=ask)


def show() -> None:
    """Print the accounts."""
    with opened() as services:
        listed = accounts.listed(services)
    if not listed:
        out.print(sentence("none"))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("name", "role", "state", "signed_in", "last_seen"):
        table.add_column(sentence(f"head.{heading}"))
    for one in listed:
        state = sentence(f"state.{one.state}")
        seen = (
            f"{one.last_seen_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            if one.last_seen_at
            else sentence("never")
        )
        cells = (
            one.name,
            _named(one.role),
            f"{state}，{sentence('must_change')}" if one.must_change else state,
            sentence("places", count=one.signed_in),
            seen,
        )
        table.add_row(*(Text(cell) for cell in cells))
    out.print(table)


def role(name: str, *, role: str, staff: str) -> None:
    """Give an account another role."""
    wanted = _role(role)
    with opened() as services:
        changed = accounts.set_role(services, name, wanted, actor=actor(staff))
    out.print(sentence("role_set" if changed else "role_kept", name=name, role=_named(wanted)))


def lock(name: str, *, staff: str) -> None:
    """Let nobody sign in with an account."""
    with opened() as services:
        changed = accounts.lock(services, name, actor=actor(staff))
    out.print(sentence("locked" if changed else "locked_before", name=name))


def unlock(name: str, *, staff: str) -> None:
    """Let an account sign in again."""
    with opened() as services:
        changed = accounts.unlock(services, name, actor=actor(staff))
    out.print(sentence("unlocked" if changed else "unlocked_before", name=name))


def passwd(name: str, *, ask: bool, staff: str) -> None:
    """Give an account another password."""
    who = actor(staff)
    password = _asked() if ask else passwords.passphrase()
    with opened() as services:
        accounts.set_password(services, name, password, must_change=not ask, actor=who)
    out.print(sentence("password_set", name=name))
    _tell(password, asked=ask)


def sign_out(name: str, *, staff: str) -> None:
    """End every session of an account."""
    with opened() as services:
        ended = signing_in.sign_out_everywhere(services, name, actor=actor(staff))
    out.print(sentence("signed_out", name=name, count=ended))


def _asked() -> str:
    """A password typed twice, unseen."""
    password = str(typer.prompt(sentence("ask_password"), hide_input=True, err=True))
    if str(typer.prompt(sentence("ask_again"), hide_input=True, err=True)) != password:
        raise UsageFault(sentence("password_differ"))
    return password


def _tell(password: str, *, asked: bool) -> None:
    if not asked:
        out.print(sentence("passphrase", passphrase=password))
        out.print(sentence("change_first"))


def _named(role: Role) -> str:
    return sentence(f"role.{role.value}")


def _role(typed: str) -> Role:
    if typed not in set(Role):
        raise UsageFault(sentence("bad_role", role=typed))
    return Role(typed)
