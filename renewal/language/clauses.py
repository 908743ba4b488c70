"""A text's clauses, and whether what stands in one is stated, denied, asked, or only supposed."""

import re
from dataclasses import dataclass
from functools import lru_cache

from renewal.language.text import KEPT_TEXTS, usual
from renewal.language.words import find, says

_ENDS = re.compile(r"[。.;；!！?？\n]+")
_PAUSES = re.compile(
    r"[,，:：~～…]+|(?<=[㐀-鿿])\s+(?=[㐀-鿿])|(?<!\s)\s+(?:but|and now)\s+|但是|但(?!愿)|不过|可是|而且|然后"
)
_SPACED_OUT = re.compile(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿](?:\s|\W|$))|(?<=\s[㐀-鿿])\s+(?=[㐀-鿿])")  # "我 租 房"
MOST_CLAUSES = 100  # what comes after is not read: each clause is asked for dozens of concepts
_NEAR = 24  # characters before or after a word that may deny it or ask for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause in its plain form; `sentence` is that which it stands in, `supposed` what is only supposed."""

    text: str
    sentence: str
    supposed: bool


@lru_cache(maxsize=KEPT_TEXTS)
def clauses(text: str) -> tuple[Clause, ...]:
    """The first clauses, in order. A supposition holds up to the end of its sentence; "那……呢" supposes all of it."""
    found: list[Clause] = []
    whole = says("what_about", text)
    for sentence in _ENDS.split(_SPACED_OUT.sub("", usual(text))):
        supposed = whole
        for part in _PAUSES.split(sentence):
            if len(found) == MOST_CLAUSES:
                return tuple(found)
            supposed = supposed or says("supposes", part) or says("supposes_after", part)
            if part.strip():
                found.append(Clause(text=part.strip(), sentence=sentence, supposed=supposed))
    return tuple(found)


def up_to_pause(text: str) -> str:
    """A plain text up to the first pause or stop in it."""
    return _PAUSES.split(_ENDS.split(text, maxsplit=1)[0], maxsplit=1)[0]


def stated(concept: str, text: str) -> bool | None:
    """True where a clause states the concept, False where it denies it, None where it asks for it or is silent."""
    match = find(concept, text)
    if match is None:
        return None
    before, after = text[max(match.start() - _NEAR, 0) : match.start()], text[match.end() :]
    if says("asked_before", before) or says("asked_after", after[:_NEAR]):
        return None
    return not says("denied_before", before)
