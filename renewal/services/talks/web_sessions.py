"""Web sessions: the token that opens a conversation, how long it does, and how long a holder is known in it.

What was said while a holder was known is not for whoever sits at the page later. So a conversation is never made
anonymous again: it ends as it is, and the page goes on in a new one, of which the assistant knows nothing either.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.app import Services
from renewal.services.talks.case import language_spoken
from renewal.services.work import HOLDER, Work
from renewal.store.models import Conversation, Holder, Message

TOKEN_LIFE = timedelta(days=30)  # as long as the browser keeps the cookie
TOKEN_IDLE = timedelta(days=7)  # with nothing said
TOKEN_BYTES = 32
LONGEST_TOKEN_CHARS = 100


def open_web(services: Services) -> tuple[str, str]:
    """A new web conversation: its id and the unguessable token that the client keeps."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with Work.begin(services, actor=HOLDER) as work:
        return _begin(work, token, work.now).id, token


def by_token(services: Services, token: str) -> str | None:
    """The conversation that a client's token opens now, or None where it is invented, too old or ended.

    Where a holder was known and must be no longer, that conversation ends and a new one is opened.
    """
    with services.store.read() as session:
        talk = _find(services, session, token)
        if talk is None or _is_too_old(services, talk):
            return None
        if not _is_over(services, session, talk):
            return talk.id
    return _go_on_anew(services, token)


def is_known(services: Services, token: str, conversation_id: str) -> bool | None:
    """Whether a holder is known in a conversation; None where the token does not open it any more.

    Asked after reading: a token that was replaced meanwhile must get nothing of what was read.
    """
    with services.store.read() as session:
        talk = _find(services, session, token)
        if talk is None or talk.id != conversation_id:
            return None
        return talk.holder_id is not None and talk.ended_at is None


def renew_token(work: Work, talk: Conversation) -> str:
    """A new token for a conversation, in the caller's transaction: whoever has the one before has nothing."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    talk.token_hash, talk.token_at = work.services.store.token_hash(token), work.now
    return token


def end(services: Services, token: str) -> None:
    """End the session of a token, which opens nothing from now on. An unknown one is no error."""
    with Work.begin(services, actor=HOLDER) as work:
        talk = _find(services, work.session, token, lock=True)
        if talk is not None:
            _close(work, talk)


def sign_out(work: Work, conversation_id: str) -> None:
    """Let go of the holder who is known in a web conversation; the page's next request opens a new one."""
    talk = work.session.get_one(Conversation, conversation_id)
    if talk.token_hash is None:  # no page comes again that could be sent on
        talk.holder_id, talk.notice_id = None, None
    else:
        talk.ended_at = work.now


def _begin(work: Work, token: str, token_at: datetime) -> Conversation:
    talk = Conversation(channel="web", created_at=work.now, last_at=work.now)
    talk.token_hash, talk.token_at = work.services.store.token_hash(token), token_at
    work.session.add(talk)
    work.session.flush()
    return talk


def _find(services: Services, session: Session, token: str, *, lock: bool = False) -> Conversation | None:
    if not token.isascii() or not 0 < len(token) <= LONGEST_TOKEN_CHARS:
        return None
    found = select(Conversation).where(Conversation.token_hash == services.store.token_hash(token))
    return session.scalars(found.with_for_update() if lock else found).first()


def _is_too_old(services: Services, talk: Conversation) -> bool:
    now, made_at = services.now(), talk.token_at or talk.created_at
    return now >= made_at + TOKEN_LIFE or now >= talk.last_at + TOKEN_IDLE


def _is_over(services: Services, session: Session, talk: Conversation) -> bool:
    """Whether a conversation ended, or the holder who was known in it is to be known no longer."""
    if talk.ended_at is not None:
        return True
    if talk.holder_id is None:
        return False
    if talk.linked_at is None or talk.linked_phone_hash is None:
        return True
    now, settings = services.now(), services.settings
    if now >= talk.linked_at + timedelta(hours=settings.web_login_hours):
        return True
    # Staff's own words and late answers are no sign that the holder still sits there.
    said = select(Message.at).where(Message.conversation_id == talk.id, Message.author == "user")
    last_at = session.scalar(said.order_by(Message.id.desc()).limit(1)) or talk.linked_at
    if now >= last_at + timedelta(minutes=settings.web_idle_minutes):
        return True
    of_phone = select(Holder.id).where(Holder.phone_hash == talk.linked_phone_hash).limit(2)
    return session.scalars(of_phone).all() != [talk.holder_id]


def _go_on_anew(services: Services, token: str) -> str | None:
    with Work.begin(services, actor=HOLDER) as work:
        session = work.session
        # Looked for twice: another request may have moved the token on while this one waited for the row.
        talk = _find(services, session, token, lock=True) or _find(services, session, token, lock=True)
        if talk is None or not _is_over(services, session, talk):
            return talk.id if talk is not None else None
        signed_out, token_at = talk.ended_at is not None, talk.token_at or talk.created_at
        _close(work, talk)
        session.flush()  # the token is one conversation's only
        new = _begin(work, token, token_at)
        if not signed_out:
            wording = services.wording.edition(language_spoken(session, talk.id))
            told = wording.render("identity.let_go")
            session.add(Message(conversation_id=new.id, author="bot", body=told, at=work.now))
        return new.id


def _close(work: Work, talk: Conversation) -> None:
    """The holder stays named in what ended, for staff to see whose it was and for erasing it."""
    talk.token_hash, talk.ended_at = None, work.now
    work.audit("session.ended", talk.id)
