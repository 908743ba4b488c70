"""Plainly made holders, notices, talks and seats, for tests of what staff look up."""

from datetime import date, time, timedelta

from renewal.domain import AppointmentState, Category
from renewal.language.records import name_searched
from renewal.services.app import Services
from renewal.store.models import (
    Appointment,
    AuditEntry,
    Callback,
    Centre,
    Conversation,
    Delivery,
    DeliveryEvent,
    Holder,
    Message,
    Notice,
    Permit,
    Record,
)
from tests.conftest import TODAY

NAME, PHONE, NUMBER = "样例欧阳明", "+8619900001234", "EX-2001"


def put_holder(
    services: Services,
    number: str = NUMBER,
    *,
    name: str = NAME,
    phone: str = PHONE,
    days: int = 12,
    district: str = "徐汇区",
) -> int:
    """A holder with a permit that expires in so many days; the permit's id."""
    store = services.store
    with store.session() as session:
        holder = Holder(
            name=name,
            name_hash=store.name_hash(name_searched(name)),
            phone=phone,
            phone_hash=store.phone_hash(phone),
            category=Category.EMPLOYMENT,
            district=district,
            origin="import",
            created_at=services.now() - timedelta(days=40),
        )
        session.add(holder)
        session.flush()
        permit = Permit(number=number, holder_id=holder.id, expires_on=TODAY + timedelta(days=days))
        session.add(permit)
        session.flush()
        session.add(Record(permit_id=permit.id, address="x"))
        return permit.id


def put_notice(
    services: Services,
    permit_id: int,
    kind: str = "failure",
    *,
    state: str = "",
    failure: str | None = None,
    code: str | None = None,
    body: str = "【续签助手】样例通知",
) -> str:
    """A notice of a permit, with its text in a state where one is named; the notice's id."""
    now = services.now()
    with services.store.session() as session:
        permit = session.get_one(Permit, permit_id)
        notice = Notice(
            permit_id=permit_id,
            holder_id=permit.holder_id,
            period_on=permit.expires_on,
            kind=kind,
            reasons="address" if kind == "failure" else "",
            created_at=now,
        )
        session.add(notice)
        session.flush()
        if state:
            text = Delivery(
                notice_id=notice.id,
                lane="notices",
                template=f"notice.{kind}",
                phone=permit.holder.phone,
                phone_hash=permit.holder.phone_hash,
                body=body,
                segments=1,
                state=state,
                failure=failure,
                error_code=code,
                provider="simulator",
                not_before_at=now if state == "pending" else None,
                created_at=now,
                updated_at=now,
            )
            session.add(text)
            session.flush()
            step = DeliveryEvent(
                delivery_id=text.id, state_from="pending", state_to=state, raw=code or "", at=now
            )
            session.add(step)
        return notice.id


def put_talk(
    services: Services, *, permit_id: int | None = None, phone: str | None = None, said: tuple[str, ...] = ()
) -> str:
    """A conversation by SMS, of a permit's holder or of a number alone; its id."""
    now = services.now()
    with services.store.session() as session:
        talk = Conversation(
            channel="sms",
            phone=phone,
            phone_hash=services.store.phone_hash(phone) if phone else None,
            holder_id=session.get_one(Permit, permit_id).holder_id if permit_id else None,
            created_at=now,
            last_at=now,
        )
        session.add(talk)
        session.flush()
        session.add_all(
            Message(conversation_id=talk.id, author="user", client_id=f"c-{n}", body=text, at=now)
            for n, text in enumerate(said)
        )
        return talk.id


def put_callback(services: Services, talk: str, *, permit_id: int | None = None) -> int:
    """A callback that was asked for in a talk; its id."""
    with services.store.session() as session:
        holder_id = session.get_one(Permit, permit_id).holder_id if permit_id else None
        row = Callback(
            conversation_id=talk,
            holder_id=holder_id,
            name=NAME,
            phone=PHONE,
            about="样例",
            created_at=services.now(),
            call_by_on=TODAY + timedelta(days=1),
        )
        session.add(row)
        session.flush()
        return row.id


def put_centre(services: Services, code: str = "XH-1", district: str = "徐汇区") -> int:
    """A centre; its id."""
    with services.store.session() as session:
        made = Centre(
            code=code,
            name=f"{code}样例中心",
            district=district,
            address="样例路1号",
            phone="021-62345678",
            hours="周一至周五 09:00-11:00",
            slot_minutes=60,
            capacity=5,
            updated_at=services.now(),
        )
        session.add(made)
        session.flush()
        return made.id


def put_seat(
    services: Services,
    permit_id: int,
    centre_id: int,
    *,
    day: date = TODAY,
    starts: time = time(9),
    seat: int = 1,
    state: AppointmentState = AppointmentState.APPROVED,
) -> int:
    """A seat of a permit's holder; its id."""
    now = services.now()
    with services.store.session() as session:
        row = Appointment(
            permit_id=permit_id,
            centre_id=centre_id,
            day=day,
            starts=starts,
            seat=seat,
            state=state,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        return row.id


def kept(services: Services, action: str) -> list[AuditEntry]:
    """What the audit has of an act, oldest first."""
    from sqlalchemy import select

    with services.store.read() as session:
        return list(
            session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
        )
