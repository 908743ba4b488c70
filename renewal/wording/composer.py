"""Composes answers for a channel from entries and rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from renewal.domain.rules import Rulebook
from renewal.wording.entries import Entry, WordingError
from renewal.wording.style import CHINESE, Style

Channel = Literal["sms", "web"]
SIGNATURE_CHARS = 6  # 【续签助手】, put before every SMS
SMS_CHARS = 3 * 67 - SIGNATURE_CHARS  # three concatenated UCS-2 segments (3GPP TS 23.040)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A composed answer; `offer` holds the topics to offer as buttons on the web."""

    text: str
    offer: tuple[str, ...]


class Wording:
    """Renders one language's entries against one rulebook."""

    def __init__(self, entries: Mapping[str, Entry], rules: Rulebook, style: Style = CHINESE) -> None:
        self._entries = dict(entries)
        self._style = style
        self._editions: dict[str, Wording] = {}
        self._rules = rules
        self._jinja = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701 plain text
        self._templates = {
            (key, part): self._jinja.from_string(getattr(entry, part).strip())
            for key, entry in self._entries.items()
            for part in ("say", "more", "next", "later")
        }

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

    def answer(self, key: str, *, channel: Channel, on: date | None = None, **values: Any) -> Answer:
        """Compose `key` for `channel`: SMS in at most three segments, web with its longer part and source.

        Raises:
            WordingError: no such key, an unknown placeholder, or an SMS that cannot be made short enough.
        """
        entry = self.entry(key)
        day = on or date.max
        say, more, then, later = (
            self._part(key, part, day, values) for part in ("say", "more", "next", "later")
        )
        source = self._source(entry.cite, channel)
        if channel == "web":
            text = "\n\n".join(part for part in (say, more, then, later, source) if part)
        else:
            text = _fit((say, then, later, source), self._style.joiner)
            if len(text) > SMS_CHARS:
                raise WordingError(f"{key!r}: {len(text)} characters as an SMS, {SMS_CHARS} at most")
        return Answer(text=text, offer=entry.offer)

    def _part(self, key: str, part: str, day: date, values: Mapping[str, object]) -> str:
        try:
            return self._template(key, part).render(**self._helpers(day), **values).strip()
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
            "label": lambda kind, value: self.entry(f"label.{kind}.{value}").say,
            "labels": lambda kind, values: self._style.listing.join(
                self.entry(f"label.{kind}.{value}").say for value in values
            ),
        }

    def _source(self, cite: Iterable[str], channel: Channel) -> str:
        clauses = [self._rules.clause(key) for key in cite]
        documents = dict.fromkeys(clause.source.document for clause in clauses)
        if not documents:
            return ""
        if channel == "sms":
            key = f"label.document.{next(iter(documents))}"
            short = self.entry(key if key in self else "label.document.later").say
            return self._template("source.sms", "say").render(document=short)
        titles = [self._rules.documents[document] for document in documents]
        named = [
            self._style.dated.format(title=d.title, dated=d.dated) if d.dated else d.title for d in titles
        ]
        return self._template("source.web", "say").render(documents=self._style.documents.join(named))

    def _template(self, key: str, part: str) -> Template:
        self.entry(key)
        return self._templates[key, part]


def _fit(parts: tuple[str, ...], joiner: str) -> str:
    """Join the parts that fit an SMS, in order: what is said and done next always, newer practice, source."""
    text = joiner.join(part for part in parts[:2] if part)
    for part in parts[2:]:
        if part and len(text) + len(joiner) + len(part) <= SMS_CHARS:
            text += joiner + part
    return text
