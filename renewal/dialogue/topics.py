"""The table of topics, read strictly: what kind each is, what it needs, what its answer uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

KINDS = frozenset({"question", "situation", "talk", "form", "computed", "guard"})
# dated: a day of expiry in the text answers it; dated_if_said: only where the text speaks of expiry
# counts_back: a bare span counts back; same_day: asked without a day, it asks of the day before
# own_day, own_if_mine, own_by_when: of a known holder it asks of the own record
# failure: of a known holder it asks of the failure; admits: a text that owns up to a change is one of change_report
# homes: about papers of a home; points: about points; corrects: a correction may be taken for it
# of_calls: of the call that staff make, so nothing to answer for who wants none
# tells: a statement, not meant by a text that asks, where its facts are not heard
# beside_a_day: asked in its own words, it is answered beside a day on which to go
# apart: not of the renewal that words ask about, so unlikely words ask nothing beside it
# in a form: in_form asks for no answer of its own, asks_again only for the question once more, only_talk gives no
# name; others_number: a number in it is somebody else's
# all_of: it answers all that it is over, wherever that stands in the text
# besides: asked in its own words, it is answered beside a finer one; if_known: words ask it only of known facts
# small_talk: leaves what was answered before in mind; of_the_last: speaks of the last answer
TAGS = frozenset(
    "dated dated_if_said counts_back same_day own_day own_if_mine own_by_when failure admits homes points corrects "
    "small_talk of_the_last in_form asks_again only_talk others_number apart tells of_calls "
    "besides if_known all_of".split()
)
STATES = frozenset("accepted returned refused sent_back open".split())
OUT_OF_SCOPE = "out_of_scope"


class BadTopics(Exception):
    """The table of topics has an unknown key, kind, tag or topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One row of `topics.yml`, which says what each field means."""

    name: str
    kind: str
    form: str = ""
    asked_by: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    by_fact: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    beside_by: tuple[str, ...] = ()
    plainly_by: tuple[str, ...] = ()
    variants: Mapping[str, str] = field(default_factory=dict)
    application: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.tags - TAGS or set(self.application.values()) - STATES:
            raise BadTopics(f"{self.name}: {self.kind} {sorted(self.tags)} {dict(self.application)}")
        if bool(self.form) != (self.kind == "form"):
            raise BadTopics(f"{self.name}: a form's topic names its form, and no other does")

    @property
    def asks(self) -> bool:
        """Whether a text of it asks something that an answer stands for; talk and forms do not."""
        return self.kind not in {"talk", "form"}


@cache
def topics() -> Mapping[str, Topic]:
    """Every topic by name.

    Raises:
        BadTopics: a row has an unknown key, kind, tag, or names a topic that there is not.
    """
    raw: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        files("renewal.dialogue").joinpath("topics.yml").read_text("utf-8")
    )
    return read_topics(raw)


def read_topics(raw: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Topic]:
    """Raises BadTopics."""
    known = {item.name for item in fields(Topic)} - {"name"}
    found: dict[str, Topic] = {}
    for name, row in raw.items():
        if set(row) - known:
            raise BadTopics(f"{name}: unknown {sorted(set(row) - known)}")
        listed = {
            key: tuple(row.get(key, ()))
            for key in (
                "asked_by",
                "over",
                "uses",
                "needs",
                "never",
                "hints",
                "by_fact",
                "told_by",
                "beside_by",
                "plainly_by",
            )
        }
        found[name] = Topic(
            name=name,
            kind=row.get("kind", ""),
            form=row.get("form", ""),
            variants=row.get("variants", {}),
            application=row.get("application", {}),
            tags=frozenset(row.get("tags", ())),
            **listed,
        )
    for topic in found.values():
        named = {*topic.over, *topic.by_fact, *topic.variants.values()}
        if named - found.keys():
            raise BadTopics(f"{topic.name}: no topic {sorted(named - found.keys())}")
    return found


def is_tagged(name: str, tag: str) -> bool:
    """Whether a topic carries a tag; one that is not in the table carries none."""
    found = topics().get(name)
    return found is not None and tag in found.tags


def form_of(name: str) -> str:
    """The form that answers a topic; empty where none does."""
    found = topics().get(name)
    return found.form if found else ""


def is_asked(name: str) -> bool:
    """Whether a text of the topic asks something; talk, forms and unknown names do not."""
    found = topics().get(name)
    return found is not None and found.asks


def asked_by_words() -> Iterator[Topic]:
    """The topics that words can ask, computed ones first: they are the more exact."""
    worded = [topic for topic in topics().values() if topic.asked_by]
    return iter(sorted(worded, key=lambda topic: topic.kind != "computed"))
