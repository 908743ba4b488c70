"""Staff in a conversation: finding it, a summary of it, taking it over, answering in it, giving it back."""

import json
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.domain.errors import RenewalError
from renewal.language.controls import without_controls
from renewal.language.dates import find_expiry
from renewal.language.for_staff import housing_in, mask_numbers
from renewal.language.masking import mask_id_numbers, mask_name
from renewal.services.app import Services
from renewal.services.talks.case import case_of, language_spoken
from renewal.services.texts import holds, outbox
from renewal.services.texts.said import Said, by_template, in_free_words
from renewal.services.texts.segments import segments
from renewal.services.texts.suppression import is_suppressed
from renewal.store.models import AuditEntry, Callback, Conversation, Holder, Message
from renewal.wording.composer import Channel
from renewal.wording.staff import staff_sentence

TEXTS_SHOWN = 5
TEXT_CHARS = 80
LONGEST_SMS_SEGMENTS = 4
LONGEST_TEXT_CHARS = 1_000
SHORTEST_PREFIX_CHARS = 4


class NoSuchTalk(RenewalError):
    """There is no such conversation, or more than one begins like that."""


class CannotSay(RenewalError):
    """The text cannot reach the holder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What staff need before they speak, in plain Chinese; texts are masked, the newest last."""

    conversation_id: str
    channel: Channel
    opened: str
    who: str
    asked: tuple[str, ...]
    answered: str
    callback: str
    staffed: bool

    def lines(self) -> tuple[str, ...]:
        """To be read top down."""
        asked = [staff_sentence("talk.asked", text=text) for text in self.asked]
        answered = (staff_sentence("talk.answered", text=self.answered),) if self.answered else ()
        quiet = (staff_sentence("talk.staffed"),) if self.staffed else ()
        told = (self.opened, self.who, *(asked or [staff_sentence("talk.nothing_asked")]), *answered)
        return tuple(line for line in (*told, self.callback, *quiet) if line)


def find_talk(services: Services, beginning: str) -> str:
    """The id of the one conversation whose id begins so.

    Raises:
        NoSuchTalk: none does, or more than one.
    """
    wanted = beginning.strip().lower()
    found: list[str] = []
    if len(wanted) >= SHORTEST_PREFIX_CHARS and wanted.isalnum():
        with services.store.read() as session:
            query = select(Conversation.id).where(Conversation.id.startswith(wanted)).limit(2)
            found = list(session.scalars(query))
    if len(found) != 1:
        raise NoSuchTalk(staff_sentence("talk.ambiguous" if found else "talk.unknown", id=beginning))
    return found[0]


def summarise(services: Services, conversation_id: str) -> Summary:
    """Who it is, what they asked, what they were answered, how it began.

    Raises:
        NoSuchTalk: there is no such conversation.
    """
    case = case_of(services, conversation_id)
    with services.store.read() as session:
        talk = _talk(session, conversation_id)
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
            asked=tuple(_short(text) for text in asked),
            answered=_short(answered[0]) if answered else "",
            callback=_callback_line(callback),
            staffed=talk.staffed,
        )


def take(services: Services, conversation_id: str, *, staff: str) -> bool:
    """From now on staff answer here and the assistant keeps quiet, which the holder is told once; False if so before.

    Raises:
        NoSuchTalk: there is no such conversation.
    """
    with services.store.session() as session:
        talk = _talk(session, conversation_id, lock=True)
        return _take(services, session, talk, staff)


def say(services: Services, conversation_id: str, text: str, *, staff: str) -> None:
    """Say something as staff, who thereby take the conversation over; an SMS is put on the queue.

    Raises:
        NoSuchTalk: there is no such conversation.
        CannotSay: it is empty or too long, the holder's number gets no texts, or their page is gone.
    """
    clean = mask_id_numbers(without_controls(text).strip()).text
    if not clean or len(clean) > LONGEST_TEXT_CHARS:
        raise CannotSay(staff_sentence("talk.empty" if not clean else "talk.too_long"))
    with services.store.session() as session:
        talk = _talk(session, conversation_id, lock=True)
        if talk.channel == "sms":
            _refuse_undeliverable(services, session, talk, clean)
        elif talk.ended_at is not None:
            raise CannotSay(staff_sentence("talk.ended"))
        _take(services, session, talk, staff)
        _speak(services, session, talk, author="staff", text=clean, said=_as_sms(services, clean))
        _audit(services, session, "conversation.answered", conversation_id, staff)


def release(services: Services, conversation_id: str, *, staff: str) -> bool:
    """Let the assistant answer again, and tell the holder; False where it did already.

    Raises:
        NoSuchTalk: there is no such conversation.
    """
    with services.store.session() as session:
        talk = _talk(session, conversation_id, lock=True)
        if not talk.staffed:
            return False
        talk.staffed = False
        _announce(services, session, talk, "handover.released")
        _audit(services, session, "conversation.released", conversation_id, staff)
        return True


def note_reading(services: Services, conversation_id: str, *, staff: str) -> None:
    """Keep who read a conversation, and when."""
    with services.store.session() as session:
        _audit(services, session, "conversation.read", conversation_id, staff)


def _take(services: Services, session: Session, talk: Conversation, staff: str) -> bool:
    if talk.staffed:
        return False
    talk.staffed = True
    _announce(services, session, talk, "handover.taken")
    _audit(services, session, "conversation.taken", talk.id, staff)
    return True


def _announce(services: Services, session: Session, talk: Conversation, key: str) -> None:
    """A word of the system's own to the holder. Where their number gets no texts, it is only kept."""
    language = language_spoken(session, talk.id)
    words = services.wording.edition(language).render(key, on=services.today())
    said = by_template(services, key, language=language)
    _speak(services, session, talk, author="bot", text=words, said=said)


def _speak(
    services: Services, session: Session, talk: Conversation, *, author: str, text: str, said: Said
) -> None:
    """Keep it for the widget to read; by SMS also send it, as a reply that no text of the holder's called for."""
    now = services.now()
    talk.last_at = now
    session.add(
        Message(
            conversation_id=talk.id,
            author=author,
            client_id=f"{author}-{secrets.token_hex(8)}",
            body=text,
            buttons=json.dumps([]),
            at=now,
        )
    )
    if talk.channel == "sms" and talk.phone and talk.phone_hash:
        to = outbox.Text(phone=talk.phone, phone_hash=talk.phone_hash, said=said, lane=holds.REPLIES)
        outbox.post(services, session, to)


def _as_sms(services: Services, text: str) -> Said:
    by_staff = services.wording.render("handover.by_staff")
    return in_free_words(services, by_staff + text, most_segments=LONGEST_SMS_SEGMENTS)


def _refuse_undeliverable(services: Services, session: Session, talk: Conversation, text: str) -> None:
    if not talk.phone or not talk.phone_hash:
        raise CannotSay(staff_sentence("talk.no_number"))
    if is_suppressed(session, talk.phone_hash):
        raise CannotSay(staff_sentence("talk.opted_out"))
    if segments(_as_sms(services, text).body) > LONGEST_SMS_SEGMENTS:
        raise CannotSay(staff_sentence("talk.too_long"))


def _talk(session: Session, conversation_id: str, *, lock: bool = False) -> Conversation:
    talk = session.get(Conversation, conversation_id, with_for_update=lock or None)
    if talk is None:
        raise NoSuchTalk(staff_sentence("talk.unknown", id=conversation_id))
    return talk


def _audit(services: Services, session: Session, action: str, conversation_id: str, staff: str) -> None:
    session.add(
        AuditEntry(
            at=services.now(),
            actor=staff,
            action=action,
            subject=f"conversation:{conversation_id}",
            detail={},
        )
    )


def _last_texts(session: Session, conversation_id: str, author: str, count: int) -> list[str]:
    """The newest `count` texts of an author, oldest first."""
    newest = (
        select(Message.body)
        .where(Message.conversation_id == conversation_id, Message.author == author)
        .order_by(Message.id.desc())
        .limit(count)
    )
    return list(session.scalars(newest))[::-1]


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


def _short(text: str) -> str:
    masked = mask_numbers(" ".join(text.split()))
    return masked if len(masked) <= TEXT_CHARS else f"{masked[: TEXT_CHARS - 1]}…"


def _day(day: date) -> str:
    return day.isoformat()
