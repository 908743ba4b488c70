"""The SMS templates: checked as they are loaded, and shown with what they cost."""

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from renewal.domain import RenewalError
from renewal.language.masking import mask_id_numbers
from renewal.services.app import Services
from renewal.services.texts.said import SIGNATURE, by_template
from renewal.services.texts.segments import segments
from renewal.wording.entries import WordingError
from renewal.wording.staff import staff_sentence

ALLOWED_LINKS: frozenset[str] = frozenset()  # no SMS of ours names a site
_LINK = re.compile(r"(?:https?://|www\.)\S{1,200}|\b[a-z0-9-]{1,63}\.(?:cn|com|net|org|gov)\b", re.IGNORECASE)
_PERSONAL = frozenset({"name", "holder", "phone", "id_number", "permit_number", "receipt_no"})


class BadTemplate(RenewalError):
    """An SMS template breaks a rule for texts; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One SMS template, filled in with its sample values."""

    name: str
    body: str
    segments: int


def load_templates(services: Services) -> tuple[Template, ...]:
    """Every SMS template in the order of its list.

    Raises:
        BadTemplate: one lacks the signature, is too long, names a link or a person, or cannot be filled in.
    """
    listed = yaml.safe_load(files("renewal.wording").joinpath("sms_templates.yml").read_text("utf-8"))
    return tuple(
        checked(services, name, entry["segments"], entry["values"]) for name, entry in listed.items()
    )


def checked(services: Services, name: str, most_segments: int, values: dict[str, Any]) -> Template:
    """The template filled in. Raises BadTemplate."""
    if personal := _PERSONAL & values.keys():
        raise _bad(name, "personal", what="、".join(sorted(personal)))
    try:
        body = by_template(services, name, **values).body
    except WordingError as error:
        raise _bad(name, "unfilled", what=str(error)) from error
    refuse_words(services, name, body)
    if segments(body) > most_segments:
        raise _bad(name, "long", what=str(segments(body)))
    return Template(name=name, body=body, segments=segments(body))


def refuse_words(services: Services, name: str, body: str) -> None:
    """Raises BadTemplate where the words of a text may not go out."""
    if not body.startswith(services.wording.render(SIGNATURE)):
        raise _bad(name, "unsigned")
    if mask_id_numbers(body).found:
        raise _bad(name, "id_number")
    for link in _LINK.findall(body):
        if link not in ALLOWED_LINKS:
            raise _bad(name, "link", what=link)


def _bad(name: str, rule: str, **values: str) -> BadTemplate:
    return BadTemplate(staff_sentence(f"texts.bad.{rule}", name=name, **values))
