"""`renewal callbacks` and `renewal talk`: whom to call, what was said, and taking a conversation over."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.actor import actor
from renewal.cli.console import out
from renewal.cli.console import say as say_aside
from renewal.cli.live import live_stack
from renewal.cli.paging import tell_of_more
from renewal.cli.stack import opened
from renewal.language.for_staff import mask_numbers
from renewal.language.staff_names import spoken
from renewal.services.app import Services
from renewal.services.callbacks import calling
from renewal.services.callbacks.staff import PAGE, ListedCallback, list_callbacks
from renewal.services.talks import conversations, handover
from renewal.services.talks.conversations import StoredMessage
from renewal.services.talks.summary import summarise
from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence as sentence

ID_CHARS = 8  # of a conversation's id: enough to find it again
ABOUT_CHARS = 60


def callbacks(*, with_closed: bool, page: int, staff: str) -> None:
    """Print a page of the callbacks that are due, or of all.

    Names and numbers in full, for they are there to be called.
    """
    with opened() as services:
        listed, count = list_callbacks(services, staff=actor(staff), with_closed=with_closed, page=page)
        rows = [_row(services, callback) for callback in listed]
    if not rows and count:
        out.print(sentence("list.no_page", page=page, count=count))
        return
    if not rows:
        out.print(sentence("callbacks.none_at_all" if with_closed else "callbacks.none"))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("编号", "最晚", "称呼", "电话"):
        table.add_column(heading, no_wrap=True)
    table.add_column("为什么事", min_width=16)
    for heading in ("会话", "状态"):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # what holders wrote is no markup
    out.print(table)
    tell_of_more(len(rows), count, page, PAGE)


def done(callback_id: int, *, staff: str) -> None:
    """Mark a callback as made."""
    with opened() as services:
        closed = calling.close_callback(services, callback_id, staff=actor(staff))
    out.print(sentence("callbacks.closed" if closed else "callbacks.closed_before", id=callback_id))


def claim(callback_id: int, *, staff: str) -> None:
    """Say that one rings."""
    with opened() as services:
        new = calling.claim(services, callback_id, staff=actor(staff))
    out.print(sentence("callbacks.claimed" if new else "callbacks.claimed_before", id=callback_id))


def note(callback_id: int, text: str, *, staff: str) -> None:
    """Keep a word for whoever rings."""
    with opened() as services:
        calling.add_note(services, callback_id, text, staff=actor(staff))
    out.print(sentence("callbacks.noted", id=callback_id))


def unreached(callback_id: int, *, staff: str) -> None:
    """Say that nobody answered."""
    with opened() as services:
        what = calling.not_reached(services, callback_id, staff=actor(staff))
    key = "not_reached" if what.left else f"not_reached_{'texted' if what.texted else 'silent'}"
    out.print(sentence(f"callbacks.{key}", id=callback_id, left=what.left, tries=calling.MOST_TRIES))


def talk(beginning: str, *, take: bool, say: str, release: bool, staff: str) -> None:
    """Take over, say, give back, in this order; with none of them, show the conversation under its summary."""
    who = actor(staff)
    with opened() as services:
        conversation_id = handover.find_talk(services, beginning)
        if take:
            taken = handover.take(services, conversation_id, staff=who)
            out.print(sentence("talk.taken" if taken else "talk.taken_before"))
        if say:
            handover.say(services, conversation_id, say, staff=who)
            out.print(sentence("talk.said"))
        if release:
            released = handover.release(services, conversation_id, staff=who, anyway=True)
            out.print(sentence("talk.released" if released else "talk.released_before"))
        if take or say or release:
            _tell_what_waits(services, conversation_id)
            return
        handover.note_reading(services, conversation_id, staff=who)
        _show(services, conversation_id)


def _show(services: Services, conversation_id: str) -> None:
    for line in summarise(services, conversation_id).lines():
        out.print(line, markup=False, style="bold", soft_wrap=True)
    out.print()
    after = 0
    while said := conversations.since(services, conversation_id, after):
        for message in said:
            _print_message(message)
        after = said[-1].n


def _print_message(message: StoredMessage) -> None:
    at = f"{message.at.astimezone(SHANGHAI):%m-%d %H:%M}"
    author = sentence(f"talk.author.{message.author}")
    # A line that a stranger breaks stays theirs: it can't pass for what somebody else said.
    text = mask_numbers(message.text).replace("\n", "\n    ")
    out.print(f"{at} {author}：{text}", soft_wrap=True)


def _row(services: Services, callback: ListedCallback) -> tuple[str, ...]:
    summary = summarise(services, callback.conversation_id)
    about = mask_numbers(" ".join(callback.about.split())) or sentence("callbacks.nothing_said")
    cut = about if len(about) <= ABOUT_CHARS else f"{about[: ABOUT_CHARS - 1]}…"
    state = sentence(f"callbacks.state.{'late' if callback.late else callback.state}")
    if callback.claimed_by:
        state += sentence("callbacks.rung_by", who=spoken(callback.claimed_by))
    return (
        str(callback.id),
        callback.call_by_on.isoformat(),
        " ".join(callback.name.split()),
        callback.phone.replace(";ext=", " 转 "),
        f"{cut}\n{summary.who}",
        callback.conversation_id[:ID_CHARS],
        state,
    )


def _tell_what_waits(services: Services, conversation_id: str) -> None:
    """By SMS a word to the holder is only queued: say so where nothing runs that would send it."""
    by_sms = summarise(services, conversation_id).channel == "sms"
    if by_sms and live_stack(services.settings.state_dir) is None:
        say_aside(sentence("talk.queued"))
