"""The SMS templates: checked as they are loaded, and shown with what they cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from renewal.domain import RenewalError
from renewal.language.links import find_links
from renewal.language.masking import mask_id_numbers
from renewal.services.app import Services
from renewal.services.texts.said import CHINESE, SIGNATURE, allowed_links
from renewal.services.texts.segments import segments
from renewal.wording.editions import ENGLISH_LANGUAGE, TRADITIONAL
from renewal.wording.entries import WordingError
from renewal.wording.staff import staff_sentence

LONGEST_SEGMENTS = 4  # in any language: the longest that the wording makes
_PERSONAL = frozenset({"name", "holder", "phone", "id_number", "permit_number", "receipt_no"})


class BadTemplate(RenewalError):
    """An SMS template breaks a rule for texts; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One SMS template, filled in with its sample values, in Chinese."""

    name: str
    body: str
    segments: int


def template_names() -> tuple[str, ...]:
    """The names of the SMS templates, in the order of their list."""
    return tuple(_listed())


@cache
def _listed() -> dict[str, Any]:
    listed: dict[str, Any] = yaml.safe_load(
        files("renewal.wording").joinpath("sms_templates.yml").read_text("utf-8")
    )
    return listed


def load_templates(services: Services) -> tuple[Template, ...]:
    """Every SMS template in the order of its list.

    Raises:
        BadTemplate: one lacks the signature, is too long, names a link or a person, or cannot be filled in.
    """
    return tuple(
        checked(services, name, entry["segments"], entry["values"]) for name, entry in _listed().items()
    )


def checked(services: Services, name: str, most_segments: int, values: dict[str, Any]) -> Template:
    """The template filled in; in every language it must be fit to be sent. Raises BadTemplate."""
    if personal := _PERSONAL & values.keys():
        raise _bad(name, "personal", what="、".join(sorted(personal)))
    bodies = dict(_filled_in(services, name, values))
    for language, body in bodies.items():
        refuse_words(services, name, body, language)
        if segments(body) > (most_segments if language == CHINESE else LONGEST_SEGMENTS):
            raise _bad(name, "long", what=str(segments(body)))
    return Template(name=name, body=bodies[CHINESE], segments=segments(bodies[CHINESE]))


def _filled_in(services: Services, name: str, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """As it would go out in each language, before anything is left out of it: what must not stand there is seen."""
    today = services.today()
    for language in (CHINESE, TRADITIONAL, ENGLISH_LANGUAGE):
        wording = services.wording.edition(language)
        try:
            words = wording.render(name, on=today, today=today, **values)
        except WordingError as error:
            raise _bad(name, "unfilled", what=str(error)) from error
        yield language, wording.render(SIGNATURE) + words


def refuse_words(services: Services, name: str, body: str, language: str = CHINESE) -> None:
    """Raises BadTemplate where the words of a text may not go out."""
    if not body.startswith(services.wording.edition(language).render(SIGNATURE)):
        raise _bad(name, "unsigned")
    if mask_id_numbers(body).found:
        raise _bad(name, "id_number")
    if links := find_links(body, allowed_links()):
        raise _bad(name, "link", what=links[0])


def _bad(name: str, rule: str, **values: str) -> BadTemplate:
    return BadTemplate(staff_sentence(f"texts.bad.{rule}", name=name, **values))
