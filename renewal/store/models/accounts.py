"""Who of the staff may sign in at the desk, and where they are signed in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from renewal.domain.staff import Role
from renewal.store.models.base import Base
from renewal.store.types import UtcTime, member_of


class StaffAccount(Base):
    """One member of staff. `password_hash` is argon2id's own text.

    `failed_tries` counts wrong passwords in a row; the one that is too many sets `locked_until_at`. `must_change`:
    somebody else knows the password. `active` is false where an operator locked the account.
    """

    __tablename__ = "staff_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[Role] = mapped_column(member_of(Role, "role"))
    active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False)
    failed_tries: Mapped[int] = mapped_column(default=0)
    locked_until_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcTime)


class StaffSession(Base):
    """One browser in which somebody is signed in; the hash of its token finds it. Ended, it is deleted."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
