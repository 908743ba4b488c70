"""What a text says: a template of the wording filled in, or free words; either after our signature."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from renewal.language.links import without_links
from renewal.language.masking import mask_id_numbers
from renewal.services.app import Services
from renewal.services.texts.segments import segments
from renewal.wording import Wording

FREE = "answer"  # the template of words that are nobody's template
SIGNATURE = "sms.signature"
LINK_LEFT_OUT = "sms.link_left_out"
LONGEST_FREE_SEGMENTS = 3
CHINESE = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words of one text, as they are sent, without an ID number and without a link that is not allowed.

    `template` is the wording's key, `parameters` the JSON of what fills it in: a provider that sends only approved
    templates needs both. Free words have none.
    """

    body: str
    template: str = FREE
    language: str = CHINESE
    parameters: str | None = None


def by_template(services: Services, template: str, *, language: str = "", **values: Any) -> Said:
    """The wording's entry `template`, filled in by `values` as of today.

    Raises:
        WordingError: no such entry, an unknown placeholder, or too long for an SMS.
    """
    wording, today = services.wording.edition(language), services.today()
    words = wording.render(template, on=today, today=today, **values)
    return Said(
        body=wording.render(SIGNATURE) + _clean(wording, words),
        template=template,
        language=language or CHINESE,
        parameters=as_parameters(values),
    )


def in_free_words(
    services: Services, text: str, *, language: str = "", most_segments: int = LONGEST_FREE_SEGMENTS
) -> Said:
    """What the assistant or a colleague says; the signature gives way where it would cost a segment too many."""
    wording = services.wording.edition(language)
    words = _clean(wording, text)
    signed = wording.render(SIGNATURE) + words
    fits = segments(signed) <= most_segments
    return Said(body=signed if fits else words, language=language or CHINESE)


@cache
def allowed_links() -> frozenset[str]:
    """The hosts that a text may name."""
    return frozenset(yaml.safe_load(files("renewal.wording").joinpath("sms_links.yml").read_text("utf-8")))


def _clean(wording: Wording, words: str) -> str:
    """What slipped into a value or an answer goes: nobody's ID number, and no link off the list."""
    return without_links(mask_id_numbers(words).text, allowed_links(), wording.render(LINK_LEFT_OUT))


def as_parameters(values: Mapping[str, Any]) -> str:
    """Values of a template as JSON: days as ISO text, names of things as their words."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no parameter of a text")
