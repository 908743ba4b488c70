"""Who is asking, and about which permit and notice, as the store knows by the conversation."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case, HandedIn
from renewal.dialogue.own_record import ACCEPTED
from renewal.domain import ApplicationState, endorsed_until, renewal_window
from renewal.language.script import language_of_talk
from renewal.services.app import Services
from renewal.services.applications.rows import view
from renewal.services.applications.texts import application_values
from renewal.store.models import Application, Comparison, Conversation, Holder, Message, Notice, Permit
from renewal.store.types import fields
from renewal.wording.composer import Channel

LATEST_TEXTS = 4  # whose language counts: "1" or a name tells none


def case_of(services: Services, conversation_id: str) -> Case:
    """All that is known of a conversation now: loaded once a turn, and handed on."""
    with services.store.read() as session:
        case = _load(services, session, conversation_id)
        return _with_application(services, session, case) if case.permit_id is not None else case


def _load(services: Services, session: Session, conversation_id: str) -> Case:
    """The case of a conversation; of one the store does not know, an anonymous one on the web."""
    talk = session.get(Conversation, conversation_id)
    if talk is None:
        return Case(conversation_id=conversation_id, channel="web")
    channel: Channel = "sms" if talk.channel == "sms" else "web"
    language = language_spoken(session, conversation_id)
    holder = session.get(Holder, talk.holder_id) if talk.holder_id is not None else None
    if holder is None:
        return Case(conversation_id=conversation_id, channel=channel, language=language)
    notice = session.get(Notice, talk.notice_id) if talk.notice_id is not None else None
    permit = _permit(session, holder.id, notice)
    last = _last_comparison(session, permit)
    expires_on = permit.expires_on if permit else None
    if notice is not None and notice.kind == "renewed" and notice.period_on == expires_on:
        expires_on = endorsed_until(notice.period_on, services.rulebook)  # the record may follow days later
    return Case(
        conversation_id=conversation_id,
        channel=channel,
        language=language,
        holder_id=holder.id,
        permit_id=permit.id if permit else None,
        notice_id=notice.id if notice else None,
        category=holder.category,
        expires_on=expires_on,
        notice=notice.kind if notice else "",
        reasons=fields(notice.reasons) if notice else (),
        period_on=notice.period_on if notice else None,
        last_outcome=last.outcome if last else None,
        last_reasons=fields(last.reasons) if last else (),
    )


def _with_application(services: Services, session: Session, case: Case) -> Case:
    """The case with the newest renewal at the window."""
    of_permit = (
        select(Application).where(Application.permit_id == case.permit_id).order_by(Application.id.desc())
    )
    rows = session.scalars(of_permit).all()
    newest = rows[0] if rows else None
    handed_in = _handed_in(services, session, newest) if newest else None
    return replace(case, handed_in=handed_in, accepted=any(row.state in ACCEPTED for row in rows))


def _handed_in(services: Services, session: Session, row: Application) -> HandedIn | None:
    """The renewal at the window, where it is about the present period: the one to renew, or the one it made."""
    permit = session.get_one(Permit, row.permit_id)
    if row.state is ApplicationState.ENDORSED:
        opens_on = renewal_window(permit.expires_on, services.rulebook).opens_on
        present = permit.endorsed_on == row.endorsed_on and services.today() < opens_on
    else:
        present = row.state is not ApplicationState.WITHDRAWN and row.period_on == permit.expires_on
    if not present:
        return None
    seen = view(session, row, services.today())
    return HandedIn(state=seen.state, values=application_values(services, seen))


def language_spoken(session: Session, conversation_id: str) -> str:
    """The language of the last of the user's texts that tells one."""
    said = session.scalars(
        select(Message.body)
        .where(Message.conversation_id == conversation_id, Message.author == "user")
        .order_by(Message.id.desc())
        .limit(LATEST_TEXTS)
    )
    return language_of_talk(tuple(said))


def _permit(session: Session, holder_id: int, notice: Notice | None) -> Permit | None:
    if notice is not None:
        return session.get(Permit, notice.permit_id)
    newest = select(Permit).where(Permit.holder_id == holder_id).order_by(Permit.expires_on.desc()).limit(1)
    return session.scalars(newest).first()


def _last_comparison(session: Session, permit: Permit | None) -> Comparison | None:
    """The last comparison of the permit's present period; an earlier period's says nothing about this one."""
    if permit is None:
        return None
    newest = (
        select(Comparison)
        .where(Comparison.permit_id == permit.id, Comparison.period_on == permit.expires_on)
        .order_by(Comparison.id.desc())
        .limit(1)
    )
    return session.scalars(newest).first()
