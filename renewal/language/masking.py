"""Takes out what tells who a person is: ID numbers from texts, most of a name and of a number (design section 9)."""

import re
from dataclasses import dataclass

# Seventeen digits and a digit or X, as people type them: full width, in groups, with spaces or dashes between.
_GAP = r"[\s\-‐-―－·._]{0,3}"
_ID_NUMBER = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXxＸｘ](?!{_GAP}\d)")

MASK = "*" * 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A text without ID numbers; `found` tells whether there was one, also where it was masked before."""

    text: str
    found: bool


def mask_id_numbers(text: str) -> Masked:
    """`text` with every 18-character ID number, also spaced or dashed, replaced by eighteen asterisks.

    A longer run of digits (a bank card, an order) is left alone: only whole ID numbers are masked.
    Source: design section 9.
    """
    masked = _ID_NUMBER.sub(MASK, text)
    return Masked(text=masked, found=MASK in masked)


def mask_name(name: str) -> str:
    """First and last character, as 陈*明; of two characters the first only."""
    if len(name) <= 2:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_phone(e164: str) -> str:
    """First three and last four digits of the national number, as 199****0001."""
    national = e164.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}"
