"""The case: who asks, what is on file of them, and what they told, each fact with where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from renewal.dialogue.facts import Fact, Facts, Source
from renewal.domain import ApplicationState, Category, Field, Outcome
from renewal.wording.composer import Channel
from renewal.wording.editions import SIMPLIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A renewal of the present period that was handed in at the window: its state, and what a wording may name."""

    state: ApplicationState
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation's facts. Without a known holder, only the channel, the language and what was told.

    `notice` is the kind of the last notice ("failure", "renewed", "no_result" or empty), with its reasons;
    `handed_in` the newest renewal at the window; `accepted`: one was accepted and is not endorsed yet.
    """

    conversation_id: str
    channel: Channel
    language: str = SIMPLIFIED
    holder_id: int | None = None
    permit_id: int | None = None
    notice_id: str | None = None
    category: Category | None = None
    expires_on: date | None = None
    notice: str = ""
    reasons: tuple[Field, ...] = ()
    period_on: date | None = None
    last_outcome: Outcome | None = None
    last_reasons: tuple[Field, ...] = ()
    handed_in: HandedIn | None = None
    accepted: bool = False
    facts: Facts = field(default_factory=Facts)

    @property
    def known(self) -> bool:
        """Whether the holder was identified, by the number on file or by a code sent to it."""
        return self.holder_id is not None

    @property
    def notice_is_current(self) -> bool:
        """Whether the last notice is about the permit's present period; an earlier one explains nothing now."""
        return bool(self.notice) and self.period_on == self.expires_on

    @property
    def present_reasons(self) -> tuple[Field, ...]:
        """Why the present period's automatic renewal failed; empty where it did not, or nobody knows yet."""
        if self.last_outcome is not None:
            return self.last_reasons if self.last_outcome is Outcome.FAILED else ()
        return self.reasons if self.notice_is_current else ()

    @property
    def expiry(self) -> Fact | None:
        """The day of expiry of the permit that is spoken of: the one told, else the one on file."""
        told = self.facts.fact("expires_on")
        if self.expires_on is None or self.about_another:
            return told
        if told is not None and told.source in (Source.NOW, Source.SUPPOSED):
            return told
        return Fact(value=self.expires_on, source=Source.ON_FILE)

    @property
    def expires_within(self) -> tuple[date, date] | None:
        """The first and last day on which the permit that is spoken of may end, where its day is not known."""
        told = self.facts.value("expires_within")
        return told if told is not None and self.expiry is None else None

    @property
    def end_is_known(self) -> bool:
        """Whether it is known when the permit that is spoken of ends: on which day, or at least in which month."""
        return self.expiry is not None or self.expires_within is not None

    @property
    def handed_in_on(self) -> Fact | None:
        """The day on which the papers of this renewal went in: the one told, else the one on file."""
        told = self.facts.fact("handed_in_on")
        if told is not None and told.value is not None:
            return told
        on_file = self.handed_in.values.get("accepted_on") if self.handed_in and self.accepted else None
        if on_file is None or self.about_another:
            return None
        return Fact(value=on_file, source=Source.ON_FILE)

    @property
    def handing_in(self) -> Fact | None:
        """The same, or the day on which the writer means to go: said now, or where nothing went in yet."""
        visit = self.facts.fact("visit_on")
        planned = visit if visit is not None and visit.value is not None else None
        now = planned if "visit_on" in self.facts.from_now() else None
        return now or self.handed_in_on or planned

    @property
    def term_from(self) -> Fact | None:
        """The day from which a new term runs: an endorsement told now, the day of the papers or the plan."""
        now = [name for name in ("endorsed_on", "automatic_on") if name in self.facts.from_now()]
        told = next((self.facts.fact(name) for name in now), None)
        return told or self.handing_in or self.facts.fact("automatic_on")

    @property
    def ground_of_permit(self) -> Category | None:
        """On what ground the permit that is spoken of was given: as it is on file, else as it was told."""
        on_file = None if self.about_another else self.category
        told = self.facts.value("category")
        return on_file or (Category(told) if told else None)

    @property
    def own_expires_on(self) -> date | None:
        """The day on file, where the writer's own permit is spoken of."""
        return None if self.about_another else self.expires_on

    @property
    def about_another(self) -> bool:
        """Whether the permit that is spoken of is not the writer's."""
        return self.facts.value("person") not in (None, "self")

    def with_facts(self, facts: Facts) -> "Case":
        """The same case with these facts."""
        return replace(self, facts=facts)
