"""From an entry of the wording to a message in the case's language and channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from renewal.dialogue.case import Case
from renewal.dialogue.ground import Ground
from renewal.dialogue.says import BotMessage, Button
from renewal.wording import WordingError
from renewal.wording.composer import Answer, Depth


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """The wording that answers a topic, what it may name, and the claim that chose it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    topic: str = ""
    claim: str = ""


def render(ground: Ground, case: Case, key: str, *, depth: Depth = "usual", **values: Any) -> BotMessage:
    """One entry as a message, with its offers as buttons on the web.

    Raises:
        WordingError: no such key, an unknown placeholder, or an SMS that cannot be made short enough.
    """
    today = ground.today
    wording = ground.wording.edition(case.language)
    made = wording.answer(key, channel=case.channel, on=today, depth=depth, **{"today": today, **values})
    return _message(ground, case, made, offers=depth not in ("brief", "gist"))


def several(ground: Ground, case: Case, picks: Sequence[Pick]) -> tuple[BotMessage, ...]:
    """Several answers in one message, where their length allows: what each says, one next step, one source."""
    today = ground.today
    wording = ground.wording.edition(case.language)
    asked = [(pick.key, {"today": today, **pick.values}) for pick in picks]
    try:
        made = wording.several(asked, channel=case.channel, on=today, step=_step(picks))
    except WordingError:
        return tuple(render(ground, case, pick.key, depth="brief", **pick.values) for pick in picks)
    return tuple(_message(ground, case, answer, offers=True) for answer in made)


def _step(picks: Sequence[Pick]) -> int:
    """Whose next step is told: that of an answer about this permit's day, since it sets when to go; else the first."""
    return next((place for place, pick in enumerate(picks) if "expires_on" in pick.values), 0)


def buttons(ground: Ground, case: Case, topics: Iterable[str]) -> tuple[Button, ...]:
    """A button for each topic, in the case's language."""
    wording = ground.wording.edition(case.language)
    return tuple(Button(id="", label=wording.render(f"button.{topic}"), intent=topic) for topic in topics)


def _message(ground: Ground, case: Case, made: Answer, *, offers: bool) -> BotMessage:
    shown = made.offer if case.channel == "web" and offers else ()
    return BotMessage(text=made.text, buttons=buttons(ground, case, shown), sources=made.cite)
