"""What staff read of a conversation before they speak: who it is, what they asked, how it began."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.domain import renewal_window
from renewal.domain.errors import RenewalError
from renewal.language.dates import find_expiry
from renewal.language.for_staff import housing_in, mask_numbers
from renewal.language.masking import mask_name
from renewal.services.app import Services
from renewal.services.talks.case import case_of
from renewal.store.models import Callback, Conversation, Holder, Message
from renewal.wording.composer import Channel
from renewal.wording.staff import staff_sentence

TEXTS_SHOWN = 5
TEXT_CHARS = 80


class NoSuchTalk(RenewalError):
    """There is no such conversation, or more than one begins like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What staff need before they speak, in plain Chinese; texts are masked, the newest last.

    `known` is what the assistant goes by beside that: the days of the permit, the last night, the papers handed in.
    `ended`: the page in which it was held is gone.
    """

    conversation_id: str
    channel: Channel
    opened: str
    who: str
    asked: tuple[str, ...]
    answered: str
    callback: str
    staffed: bool
    staffed_by: str = ""
    ended: bool = False
    known: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """To be read top down."""
        asked = [staff_sentence("talk.asked", text=text) for text in self.asked]
        answered = (staff_sentence("talk.answered", text=self.answered),) if self.answered else ()
        quiet = (staff_sentence("talk.staffed"),) if self.staffed else ()
        told = (self.opened, self.who, *(asked or [staff_sentence("talk.nothing_asked")]), *answered)
        return tuple(line for line in (*told, self.callback, *quiet) if line)


def summarise(services: Services, conversation_id: str) -> Summary:
    """Who it is, what they asked, what they were answered, how it began.

    Raises:
        NoSuchTalk: there is no such conversation.
    """
    case = case_of(services, conversation_id)
    with services.store.read() as session:
        talk = found_talk(session, conversation_id)
        asked = _last_texts(session, conversation_id, "user", TEXTS_SHOWN)
        answered = _last_texts(session, conversation_id, "bot", 1)
        callback = session.scalars(
            select(Callback)
            .where(Callback.conversation_id == conversation_id)
            .order_by(Callback.id.desc())
            .limit(1)
        ).first()
        return Summary(
            conversation_id=conversation_id,
            channel=case.channel,
            opened=_opened(services, case),
            who=_who(services, session, case, callback, asked),
            asked=tuple(shown(text) for text in asked),
            answered=shown(answered[0]) if answered else "",
            callback=_callback_line(callback),
            staffed=talk.staffed,
            staffed_by=(talk.staffed_by or "") if talk.staffed else "",
            ended=talk.ended_at is not None,
            known=tuple(_known(services, case)),
        )


def found_talk(session: Session, conversation_id: str, *, lock: bool = False) -> Conversation:
    """The row of a conversation; locked until the transaction ends where told so. Raises NoSuchTalk."""
    talk = session.get(Conversation, conversation_id, with_for_update=lock or None)
    if talk is None:
        raise NoSuchTalk(staff_sentence("talk.unknown", id=conversation_id))
    return talk


def _last_texts(session: Session, conversation_id: str, author: str, count: int) -> list[str]:
    """The newest `count` texts of an author, oldest first."""
    newest = (
        select(Message.body)
        .where(Message.conversation_id == conversation_id, Message.author == author)
        .order_by(Message.id.desc())
        .limit(count)
    )
    return list(session.scalars(newest))[::-1]


def _known(services: Services, case: Case) -> Iterator[str]:
    if case.expires_on is not None:
        window = renewal_window(case.expires_on, services.rulebook)
        yield staff_sentence("talk.window", first=_day(window.opens_on), last=_day(case.expires_on))
    if case.last_outcome is not None:
        reasons = "、".join(
            services.wording.render(f"label.field.{each.value}") for each in case.last_reasons
        )
        yield staff_sentence(f"talk.night.{case.last_outcome.value}", reasons=reasons or "—")
    if case.handed_in is not None:
        state = staff_sentence(f"application.state.{case.handed_in.state.value}")
        yield staff_sentence("talk.handed_in", state=state)


def _opened(services: Services, case: Case) -> str:
    channel = staff_sentence(f"talk.channel.{case.channel}")
    if not case.notice or case.period_on is None:
        return channel
    reasons = "、".join(services.wording.render(f"label.field.{reason.value}") for reason in case.reasons)
    notice = staff_sentence(f"talk.notice.{case.notice}", period=_day(case.period_on), reasons=reasons)
    return f"{channel}{notice}"


def _who(
    services: Services, session: Session, case: Case, callback: Callback | None, asked: list[str]
) -> str:
    holder = session.get(Holder, case.holder_id) if case.holder_id is not None else None
    if holder is not None and case.category is not None:
        category = services.wording.render(f"label.category.{case.category.value}")
        expires = _day(case.expires_on) if case.expires_on else staff_sentence("talk.no_day")
        return staff_sentence("talk.known", name=mask_name(holder.name), category=category, expires=expires)
    day = (callback.expires_on if callback else None) or _day_in(asked, services.today())
    housing = (callback.housing.value if callback and callback.housing else "") or housing_in(asked)
    said = [staff_sentence("talk.said_day", day=_day(day))] if day else []
    said += [staff_sentence(f"talk.said_housing.{housing}")] if housing else []
    return staff_sentence("talk.not_known") + "".join(said)


def _callback_line(callback: Callback | None) -> str:
    if callback is None:
        return ""
    return staff_sentence(f"talk.callback.{callback.state}", id=callback.id, day=_day(callback.call_by_on))


def _day_in(texts: list[str], today: date) -> date | None:
    return next((day.on for text in reversed(texts) if (day := find_expiry(text, today))), None)


def shown(text: str) -> str:
    """A text as staff read it in a list: one short line, with numbers masked."""
    masked = mask_numbers(" ".join(text.split()))
    return masked if len(masked) <= TEXT_CHARS else f"{masked[: TEXT_CHARS - 1]}…"


def _day(day: date) -> str:
    return day.isoformat()
