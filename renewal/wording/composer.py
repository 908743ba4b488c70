"""Composes answers for a channel from entries and rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from renewal.domain.rules import Rulebook
from renewal.wording.entries import TEXTS, Entry, WordingError
from renewal.wording.style import CHINESE, Style

Channel = Literal["sms", "web"]
Depth = Literal["usual", "brief", "gist", "full", "again"]
MOST_OFFERS = 4  # buttons below an answer
SIGNATURE_CHARS = 6  # 【续签助手】, put before every SMS
# What a UCS-2 text of two, and of four, concatenated segments holds (3GPP TS 23.040).
SHORT_SMS_CHARS = 2 * 67 - SIGNATURE_CHARS
SMS_CHARS = 4 * 67 - SIGNATURE_CHARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A composed answer; `offer` holds the topics to offer as buttons on the web, `cite` the clauses it rests on."""

    text: str
    offer: tuple[str, ...]
    cite: tuple[str, ...] = ()


class Wording:
    """Renders one language's entries against one rulebook."""

    def __init__(self, entries: Mapping[str, Entry], rules: Rulebook, style: Style = CHINESE) -> None:
        self._entries = dict(entries)
        self._style = style
        self._editions: dict[str, Wording] = {}
        self._rules = rules
        self._jinja = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701 plain text
        self._templates: dict[tuple[str, str], Template] = {}  # each compiled at first use

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def entry(self, key: str) -> Entry:
        """Raises WordingError for a key that nobody wrote."""
        try:
            return self._entries[key]
        except KeyError:
            raise WordingError(f"wording has no {key!r}") from None

    def add_edition(self, language: str, wording: "Wording") -> None:
        """Make `wording` what `edition(language)` gives."""
        self._editions[language] = wording

    def edition(self, language: str) -> "Wording":
        """The same wording in another language; this one where there is no such edition."""
        return self._editions.get(language, self)

    def render(self, key: str, *, channel: Channel = "sms", on: date | None = None, **values: Any) -> str:
        """The entry as one text for `channel`, with the rules in force on `on` (the newest without one)."""
        return self.answer(key, channel=channel, on=on, **values).text

    def answer(
        self, key: str, *, channel: Channel, on: date | None = None, depth: Depth = "usual", **values: Any
    ) -> Answer:
        """Compose `key` for `channel`.

        `usual`: on the web all of it; an SMS in two segments, and in more only where what is said, what to do
        and newer practice need them. `brief`: one of several answers to one text. `gist`: only what is said first.
        `full`: all, on any channel.
        `again`: in other words.

        Raises:
            WordingError: no such key, an unknown placeholder, or an SMS that cannot be made short enough.
        """
        entry = self.entry(key)
        day = on or date.max
        parts = {part: self._part(key, part, day, values) for part in TEXTS}
        source = self._source(entry.cite, channel)
        if channel == "web":
            shown = (*_web_parts(parts, depth), "" if depth == "gist" else source)
            text = "\n\n".join(part for part in shown if part)
        else:
            text = _fit(*_sms_parts(parts, source, depth), self._style.joiner)
            if len(text) > SMS_CHARS:
                raise WordingError(f"{key!r}: {len(text)} characters as an SMS, {SMS_CHARS} at most")
        return Answer(text=text, offer=entry.offer, cite=entry.cite)

    def several(
        self,
        asked: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        channel: Channel,
        on: date,
        step: int = 0,
    ) -> tuple[Answer, ...]:
        """Several answers as one message: what each says first, in order, one next step, one line of sources.

        `asked` holds each answer's key and values; the next step is that of the answer at
        place `step`, or the first that has one. What another one says in the same words is said once. An SMS
        that would grow over four segments goes on in a second message.

        Raises:
            WordingError: no such key, an unknown placeholder, or one answer alone is too long for an SMS.
        """
        said = [self._first_and_next(key, channel, on, values) for key, values in asked]
        cite = tuple(dict.fromkeys(clause for key, _ in asked for clause in self.entry(key).cite))
        following = said[step][1] or next((after for _, after in said if after), "")
        source = self._source(cite, channel)
        firsts = _once([first for first, _ in said])
        offers = tuple(dict.fromkeys(topic for key, _ in asked for topic in self.entry(key).offer))
        if channel == "web":
            shown = (*firsts, following, source)
            text = "\n\n".join(part for part in shown if part)
            return (Answer(text=text, offer=offers[:MOST_OFFERS], cite=cite),)
        pages = _pages([part for part in firsts if part], self._style.joiner)
        pages[-1] = _fit((pages[-1],), (following, source), SMS_CHARS, self._style.joiner)
        if any(len(page) > SMS_CHARS for page in pages):
            raise WordingError(f"{[key for key, _ in asked]}: too long for an SMS")
        return tuple(Answer(text=page, offer=()) for page in pages)

    def _first_and_next(
        self, key: str, channel: Channel, on: date, values: Mapping[str, Any]
    ) -> tuple[str, str]:
        """What an answer says first, with newer practice, and its next step."""
        short = channel == "sms" and self.entry(key).sms
        first = self._part(key, "sms" if short else "say", on, values)
        later = self._part(key, "later", on, values)
        step = self._part(key, "next", on, values)
        gap = "\n" if "\n" in first else self._style.joiner  # no sentence goes on in a list's last line
        return gap.join(part for part in (first, later) if part), step

    def part(self, key: str, part: str, *, on: date, **values: Any) -> str:
        """One part of an entry (say, next, later, more) by itself, for a page that sets the parts out itself.

        Raises:
            WordingError: no such key, or an unknown placeholder.
        """
        return self.in_script(self._part(key, part, on, values))

    def sources(self, key: str) -> str:
        """The titles of the documents that an entry rests on; empty where it cites none."""
        return self._titles(self.entry(key).cite)

    def without_sources(self, text: str) -> str:
        """`text` without what `answer` adds to name the source, in any edition: for measuring what is said."""
        for wording in (self, *self._editions.values()):
            line, remarks = wording.sources_shown()
            text = "\n".join(kept for kept in text.split("\n") if not kept.startswith(line))
            for remark in remarks:
                text = text.replace(remark, "")
        return text.strip()

    def in_script(self, text: str) -> str:
        """`text` in this edition's characters."""
        return text

    def sources_shown(self) -> tuple[str, tuple[str, ...]]:
        """How the line begins that names the sources on the web, and every remark that names one in an SMS."""
        line = self._template("source.web", "say").render(documents="").rstrip()
        labels = [self.entry(key).say for key in self if key.startswith("label.document.")]
        remarks = [self._template("source.sms", "say").render(document=label) for label in labels]
        return self.in_script(line), tuple(map(self.in_script, remarks))

    def as_given(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values as a template gets them; an edition in another script marks those that it must not convert."""
        return values

    def _part(self, key: str, part: str, day: date, values: Mapping[str, object]) -> str:
        try:
            permit = self.entry(f"label.permit.{'own' if values.get('yours', True) else 'other'}").say
            given = self.as_given(values)
            return self._template(key, part).render(**self._helpers(day), permit=permit, **given).strip()
        except (TemplateError, LookupError, TypeError) as error:
            raise WordingError(f"{key}.{part}: {error}") from error

    def _helpers(self, day: date) -> dict[str, Any]:
        return {
            "n": lambda key: self._rules.value(key, day),
            "names": lambda key: [
                self._rules.value(f"materials.names.{m}", day) for m in self._rules.texts(key, day)
            ],
            "listed": lambda key: self._rules.texts(key, day),
            "since": lambda key: self._style.month(self._rules.clause(key).values[0][0]),
            "day": self._style.day,
            "month": self._style.month,
            "label": lambda kind, value: self.entry(f"label.{kind}.{value}").say,
            "labels": lambda kind, values: self._style.listing.join(
                self.entry(f"label.{kind}.{value}").say for value in values
            ),
        }

    def _source(self, cite: tuple[str, ...], channel: Channel) -> str:
        if not cite:
            return ""
        if channel == "web":
            return self._template("source.web", "say").render(documents=self._titles(cite))
        key = f"label.document.{self._documents(cite)[0]}"
        short = self.entry(key if key in self else "label.document.later").say
        return self._template("source.sms", "say").render(document=short)

    def _documents(self, cite: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._rules.clause(key).source.document for key in cite))

    def _titles(self, cite: tuple[str, ...]) -> str:
        return self._style.documents.join(self.title(document) for document in self._documents(cite))

    def title(self, document: str) -> str:
        """A document's title, with its date where that is known."""
        found = self._rules.documents[document]
        return self._style.dated.format(title=found.title, dated=found.dated) if found.dated else found.title

    def _template(self, key: str, part: str) -> Template:
        entry = self.entry(key)
        if (key, part) not in self._templates:
            self._templates[key, part] = self._jinja.from_string(getattr(entry, part).strip())
        return self._templates[key, part]


def _once(parts: Sequence[str]) -> list[str]:
    """The parts but for those that a longer one, or one before, holds word for word."""
    return [
        part
        for place, part in enumerate(parts)
        if not any(
            part in other and (part != other or at < place) for at, other in enumerate(parts) if at != place
        )
    ]


def _pages(parts: Sequence[str], joiner: str) -> list[str]:
    """The parts joined, as many to a text message as go in."""
    pages = [parts[0]]
    for part in parts[1:]:
        joined = pages[-1] + joiner + part
        if len(joined) <= SMS_CHARS:
            pages[-1] = joined
        else:
            pages.append(part)
    return pages


def _web_parts(parts: Mapping[str, str], depth: Depth) -> tuple[str, ...]:
    if depth == "gist":
        return (parts["sms"] or parts["say"],)
    if depth == "brief":
        return parts["say"], parts["next"], parts["later"]
    first = parts["again"] or parts["say"] if depth == "again" else parts["say"]
    return first, parts["more"], parts["next"], parts["later"]


def _sms_parts(
    parts: Mapping[str, str], source: str, depth: Depth
) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """What is sent in any case, what is added while there is room, and the room in characters."""
    short = parts["sms"] or parts["say"]
    if depth == "gist":
        return (short,), (), SHORT_SMS_CHARS
    if depth == "brief":
        return (short, parts["later"]), (parts["next"], source), SHORT_SMS_CHARS
    if depth == "full":
        return (parts["say"], parts["next"]), (parts["more"], parts["later"], source), SMS_CHARS
    first = parts["again"] or short if depth == "again" else short
    return (first, parts["next"], parts["later"]), (source,), SHORT_SMS_CHARS


def _fit(needed: tuple[str, ...], extra: tuple[str, ...], room: int, joiner: str) -> str:
    text = joiner.join(part for part in needed if part)
    for part in extra:
        if part and len(text) + len(joiner) + len(part) <= room:
            text += joiner + part
    return text
