"""A night's report as titled tables of counts, in words: what a terminal and a page both show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from renewal.domain import Category, Outcome
from renewal.language.records import DISTRICTS
from renewal.services.app import Services
from renewal.services.night.report import NightReport
from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence

OUTCOME_PARTS = tuple(outcome.value for outcome in (Outcome.RENEWED, Outcome.FAILED, Outcome.WAITING))
NOTICE_PARTS = {"failure": "failed", "renewed": "renewed", "no_result": "waiting"}
MINUTE = 60
SHORTEST_S = 0.1

Name = TypeVar("Name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a bar; `kind` gives its colour and its word: renewed, failed, waiting, missing or stale."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One bar: its label, its pieces from left to right, and the share that is told beside it (0 to 1)."""

    label: str
    parts: tuple[Part, ...]
    share: float | None = None

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled table. `column` heads the labels, `share` the shares; `kinds` head the pieces where each is told."""

    name: str
    title: str
    about: str
    none: str
    column: str
    rows: tuple[Row, ...]
    kinds: tuple[str, ...] = ()
    share: str = ""

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((row.total for row in self.rows), default=0)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.most == 0


def say(key: str, **values: object) -> str:
    """A sentence about the night; whole numbers come with thousands separators."""
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    return staff_sentence(f"night.{key}", **shown)


def sections(services: Services, report: NightReport) -> tuple[Section, ...]:
    """Every table of the report, in the order in which it is read."""
    return (
        _outcomes(report),
        _reasons(services, report),
        _waiting(services, report),
        _categories(services, report),
        _districts(report),
        _notices(report),
    )


def state_line(report: NightReport, *, dry: bool = False) -> str:
    """The one thing to know before the figures; empty for a night that simply is done."""
    if dry:
        return say("dry")
    if report.finished_at is None:
        return say("under_way", done=report.done, due=report.due, day=str(report.day))
    if report.nothing_new:
        return say("nothing_new", passes=report.passes)
    return "" if report.permits else say("nobody")


def facts_of(report: NightReport) -> tuple[str, ...]:
    """Which pass it was, when it was done, how long it took and how fast, by which rulebook; when its texts are out."""
    told = [say("pass", passes=report.passes)] if report.passes > 1 else []
    if report.finished_at:
        told.append(say("finished", at=f"{report.finished_at.astimezone(SHANGHAI):%m-%d %H:%M}"))
    compared = "compared_in_all" if report.passes > 1 else "compared"
    told += [say(compared, count=report.compared), say("took", time=_duration(report.seconds))]
    if report.seconds and report.compared:
        told.append(say("rate", rate=round(report.compared / report.seconds)))
    told.append(say("rulebook", version=report.rulebook_version))
    return (*told, report.texts_out) if report.texts_out else tuple(told)


def share(part: int, whole: int) -> float | None:
    """A share from 0 to 1; None of nothing."""
    return part / whole if whole else None


def _duration(seconds: float) -> str:
    if seconds < SHORTEST_S:
        return say("at_once", seconds=SHORTEST_S)
    if seconds < MINUTE:
        return say("seconds", seconds=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), MINUTE)
    return say("minutes", minutes=minutes, seconds=rest)


def _section(
    name: str,
    column: str,
    rows: Iterable[Row],
    *,
    kinds: tuple[str, ...] = (),
    share_word: str = "",
    **about: object,
) -> Section:
    return Section(
        name=name,
        title=say(f"{name}.title"),
        about=say(f"{name}.about", **about),
        none=say(f"{name}.none"),
        column=say(f"column.{column}"),
        rows=tuple(rows),
        kinds=kinds,
        share=say(f"column.{share_word}") if share_word else "",
    )


def _outcomes(report: NightReport) -> Section:
    rows = (
        Row(
            label=say(f"word.{kind}"),
            parts=(Part(kind=kind, count=count),),
            share=share(count, report.permits),
        )
        for kind in OUTCOME_PARTS
        for count in (report.outcomes.get(Outcome(kind), 0),)
    )
    return _section("outcomes", "outcome", rows, share_word="share", count=report.permits)


def _reasons(services: Services, report: NightReport) -> Section:
    failed = report.outcomes.get(Outcome.FAILED, 0)
    rows = (
        Row(
            label=services.wording.render(f"label.field.{field}"),
            parts=(Part(kind="failed", count=count),),
            share=share(count, failed),
        )
        for field, count in report.reasons.items()
    )
    return _section("reasons", "field", rows, share_word="share", failed=failed)


def _waiting(services: Services, report: NightReport) -> Section:
    names = dict.fromkeys((*report.missing, *report.stale))
    rows = [
        Row(
            label=services.wording.render(f"label.field.{field}"),
            parts=(
                Part(kind="missing", count=report.missing.get(field, 0)),
                Part(kind="stale", count=report.stale.get(field, 0)),
            ),
        )
        for field in names
    ]
    return _section("waiting", "field", _longest_first(rows), kinds=("missing", "stale"))


def _categories(services: Services, report: NightReport) -> Section:
    rows = [
        _by_outcome(services.wording.render(f"label.category.{category}"), report.categories, category)
        for category in Category
    ]
    return _section("categories", "category", rows, kinds=OUTCOME_PARTS, share_word="failure_share")


def _districts(report: NightReport) -> Section:
    names = dict.fromkeys((*DISTRICTS, *(name for name, _ in report.districts)))
    rows = [_by_outcome(name, report.districts, name) for name in names]
    return _section(
        "districts", "district", _longest_first(rows), kinds=OUTCOME_PARTS, share_word="failure_share"
    )


def _notices(report: NightReport) -> Section:
    rows = (
        Row(label=say(f"notice.{kind}"), parts=(Part(kind=colour, count=report.notices.get(kind, 0)),))
        for kind, colour in NOTICE_PARTS.items()
    )
    return _section("notices", "notice", rows)


def _by_outcome(label: str, counts: Mapping[tuple[Name, Outcome], int], name: Name) -> Row:
    parts = tuple(Part(kind=kind, count=counts.get((name, Outcome(kind)), 0)) for kind in OUTCOME_PARTS)
    whole = sum(part.count for part in parts)
    return Row(label=label, parts=parts, share=share(parts[1].count, whole))


def _longest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -row.total)
