"""What the sample covers: each category and date, each mismatch alone and in pairs, missing and stale facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from random import Random

from renewal.domain import Category, Field

MOST = 9999
SOON_DAYS, OVERDUE_DAYS = 15, -20
DAYS_TO_EXPIRY = (SOON_DAYS, 0, 1, 30, 31, 60, 200, -1, OVERDUE_DAYS, -60, -61, -120)
FIELDS = {
    Category.EMPLOYMENT: (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE),
    Category.BUSINESS: (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE),
    Category.DEPENDANT: (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE, Field.SPONSOR, Field.MARRIAGE),
    Category.SCHOOLING: (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE, Field.ENROLMENT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePermit:
    """One sample permit: whose, what differs, what no bureau has told or told too long ago, and days to its expiry."""

    index: int
    category: Category
    mismatched: tuple[Field, ...] = ()
    missing: tuple[Field, ...] = ()
    stale: tuple[Field, ...] = ()
    expires_in_days: int

    def __post_init__(self) -> None:
        if not 1 <= self.index <= MOST:
            raise ValueError(f"a sample holder's index is within 1 and {MOST}")
        if set(self.mismatched) & {*self.missing, *self.stale} or set(self.missing) & set(self.stale):
            raise ValueError("what is missing or stale cannot differ")
        if not {*self.mismatched, *self.missing, *self.stale} <= set(self.fields):
            raise ValueError("a category has only its own fields")

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is on file for the category."""
        return FIELDS[self.category]

    @property
    def waits(self) -> bool:
        """Whether something is missing or stale."""
        return bool(self.missing or self.stale)

    @property
    def number(self) -> str:
        """The permit's number."""
        return sample_number(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Sample permits that can show a situation; the best one expires `ideal_days` from today."""

    numbers: tuple[str, ...]
    ideal_days: int
    expired: bool


_Fields = tuple[Field, ...]
_Shape = tuple[Category, _Fields, _Fields, _Fields, int]  # category, mismatched, missing, stale, days


def sample_number(index: int) -> str:
    """The permit number of the sample holder of that index."""
    return f"SAMPLE-{index:04d}"


def sample_plan(seed: int, count: int) -> tuple[SamplePermit, ...]:
    """The first `count` permits. What must be covered comes first, the same for every seed; then the seed draws.

    Raises:
        ValueError: `count` is not within 1 and 9999.
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"the sample has 1 to {MOST} holders")
    covered = _covered()
    drawn = tuple(_draw(Random(f"{seed}/{index}")) for index in range(len(covered), count))  # noqa: S311
    return tuple(_permit(index, shape) for index, shape in enumerate((covered + drawn)[:count], start=1))


def permits_for(situation: str, mismatch: Field | None) -> Wanted:
    """The covered permits that show a situation. Raises ValueError for one that there is not."""
    permits = [_permit(index, shape) for index, shape in enumerate(_covered(), start=1)]
    match situation:
        case "failure" if mismatch is not None:
            fitting = [permit for permit in permits if permit.mismatched == (mismatch,) and not permit.waits]
            ideal_days = SOON_DAYS
        case "renewed" | "overdue":
            fitting = [permit for permit in permits if not permit.mismatched and not permit.waits]
            ideal_days = SOON_DAYS if situation == "renewed" else OVERDUE_DAYS
        case "no_result":
            fitting = [permit for permit in permits if permit.missing == permit.fields]
            ideal_days = 0
        case _:
            raise ValueError(f"the sample has no situation {situation!r}")
    return Wanted(
        numbers=tuple(permit.number for permit in fitting), ideal_days=ideal_days, expired=ideal_days < 0
    )


def _permit(index: int, shape: _Shape) -> SamplePermit:
    category, mismatched, missing, stale, days = shape
    return SamplePermit(
        index=index,
        category=category,
        mismatched=mismatched,
        missing=missing,
        stale=stale,
        expires_in_days=days,
    )


@cache
def _covered() -> tuple[_Shape, ...]:
    """Every permit that the sample must have, the ones that demonstrations use first, none twice."""
    parts = (_shown(), _matching(), _single(), _double(), _waiting())
    return tuple(dict.fromkeys(shape for part in parts for shape in part))


def _shown() -> Iterator[_Shape]:
    home = {Field.SPONSOR: Category.DEPENDANT, Field.MARRIAGE: Category.DEPENDANT}
    home[Field.ENROLMENT] = Category.SCHOOLING
    for field in Field:
        yield home.get(field, Category.EMPLOYMENT), (field,), (), (), SOON_DAYS
    yield Category.EMPLOYMENT, (), FIELDS[Category.EMPLOYMENT], (), 0
    yield Category.EMPLOYMENT, (), (), (), SOON_DAYS
    yield Category.EMPLOYMENT, (), (), (), OVERDUE_DAYS


def _matching() -> Iterator[_Shape]:
    """Every category on every date."""
    for category in Category:
        for days in DAYS_TO_EXPIRY:
            yield category, (), (), (), days


def _single() -> Iterator[_Shape]:
    """Each mismatch alone on every date; one that several categories have takes turns among them."""
    for field in Field:
        owners = [category for category in Category if field in FIELDS[category]]
        for turn, days in enumerate(DAYS_TO_EXPIRY):
            yield owners[turn % len(owners)], (field,), (), (), days
        for category in owners:
            yield category, (field,), (), (), SOON_DAYS


def _double() -> Iterator[_Shape]:
    pairs = [(category, pair) for category in Category for pair in combinations(FIELDS[category], 2)]
    for turn, (category, pair) in enumerate(pairs):
        yield category, pair, (), (), DAYS_TO_EXPIRY[turn % len(DAYS_TO_EXPIRY)]


def _waiting() -> Iterator[_Shape]:
    """Nothing known on the last day; one field missing, by turns on every date; one that is stale."""
    turn = 0
    for category in Category:
        yield category, (), FIELDS[category], (), 0
        for field in FIELDS[category]:
            yield category, (), (field,), (), DAYS_TO_EXPIRY[turn % len(DAYS_TO_EXPIRY)]
            turn += 1
        yield category, (), (), (FIELDS[category][turn % len(FIELDS[category])],), SOON_DAYS


def _draw(random: Random) -> _Shape:
    """Someone like most people: near expiry or far, mostly with nothing changed."""
    category = random.choice(list(Category))
    mismatched = (random.choice(FIELDS[category]),) if random.random() < 0.25 else ()
    return category, mismatched, (), (), random.choice(DAYS_TO_EXPIRY)
