"""The way of the texts as a picture: a line for each lane, stage by stage, and how the providers take them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from renewal.cli.labels import STATES
from renewal.services.texts import holds
from renewal.services.texts.call_counts import ENDLESS_S, TAKEN, Calls
from renewal.services.texts.sending import Picture
from renewal.wording.staff import has_sentence
from renewal.wording.staff import staff_sentence as sentence

ALONG = ("pending", "sending", "accepted", "sent", "delivered")
ASTRAY = ("uncertain", "failed", "expired", "suppressed")
ARROW, BRANCH = " → ", "  ↳ "
HALF, MOST = 0.5, 0.95


def pipeline(seen: Picture) -> Iterator[Text]:
    """A line for each lane, and one below it for what left the way."""
    for lane in (holds.NOTICES, holds.REPLIES):
        counts = {one.state: one.count for one in seen.counted if one.lane == lane}
        unworded = seen.unworded if lane == holds.NOTICES else 0
        if not counts and not unworded:
            continue
        line = Text(sentence(f"sending.lane.{lane}") + " ", style="bold")
        stages = [(STATES[state], counts.get(state, 0)) for state in ALONG]
        if lane == holds.NOTICES:
            stages.insert(0, (sentence("sending.stage.unworded"), unworded))
        line.append_text(Text(ARROW, style="dim").join(_stage(*stage) for stage in stages))
        yield line
        astray = [(STATES[state], counts[state]) for state in ASTRAY if counts.get(state)]
        if astray:
            yield Text(BRANCH, style="dim").append_text(Text(" · ").join(_stage(*one) for one in astray))


def _stage(name: str, count: int) -> Text:
    return Text(f"{name} {count:,}", style="" if count else "dim")


def providers(calls: Sequence[Calls]) -> Iterator[str]:
    """A line for each provider: how many texts it took and how fast, and what else came of its calls."""
    of: dict[str, dict[str, list[Calls]]] = defaultdict(lambda: defaultdict(list))
    for one in calls:
        of[one.provider][one.outcome].append(one)
    for provider, outcomes in of.items():
        taken = outcomes.pop(TAKEN, [])
        others = "、".join(_other(name, found) for name, found in sorted(outcomes.items()))
        yield sentence(
            "sending.provider",
            provider=provider,
            taken=f"{sum(one.calls for one in taken):,}",
            half=_within(taken, HALF),
            most=_within(taken, MOST),
            others=others or sentence("sending.no_others"),
        )


def _other(outcome: str, found: Sequence[Calls]) -> str:
    key = f"sending.outcome.{outcome}"
    return f"{sentence(key) if has_sentence(key) else outcome} {sum(one.calls for one in found):,}"


def _within(calls: Sequence[Calls], share: float) -> str:
    """The bound in seconds below which so many of the calls stayed; empty words where there was none."""
    by_bound: Mapping[float, int] = {one.up_to_s: one.calls for one in calls}
    wanted, so_far = share * sum(by_bound.values()), 0
    for bound in sorted(by_bound):
        so_far += by_bound[bound]
        if so_far >= wanted:
            slower = sentence("sending.slower")
            return slower if bound == ENDLESS_S else sentence("sending.within", seconds=f"{bound:g}")
    return sentence("sending.slower")
