"""Columns of a drawn chart, one a week or a night: what a page of figures and a night's report have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 100  # of every drawing, in its own units; the page stretches it
THINNEST = 3.0  # what is there at all can be seen
GAP = 0.25  # of a column's place


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    tip: str


def columns(parts: Sequence[tuple[float | None, str]], *, places: int) -> tuple[Column, ...]:
    """The columns from left to right, of `places` that a drawing has room for.

    A part is 0 to 1 of the height with what its column says, or None where there is nothing to draw.
    """
    place = WIDTH / places
    made = []
    for number, (part, tip) in enumerate(parts):
        height = 0.0 if part is None else max(HEIGHT * part, THINNEST)
        made.append(
            Column(
                x=round(number * place + place * GAP / 2, 1),
                y=round(HEIGHT - height, 1),
                width=round(place * (1 - GAP), 1),
                height=round(height, 1),
                tip=tip,
            )
        )
    return tuple(made)
