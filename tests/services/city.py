"""A small city of permits with every state of every field, for the night's tests. Plainly made up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sqlalchemy import func, insert, select

from renewal.domain import Category, Fact, Field, compared_fields
from renewal.language.records import DISTRICTS
from renewal.services.app import Services
from renewal.store.models import BureauFact, Holder, Permit, Record, Visit

STATES = (
    "same",
    "differs",
    "visited",
    "stale",
    "stale_differs",
    "no_fact",
    "empty_fact",
    "no_record",
    "empty_record",
    "neither",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One permit to be: whose, when it ends, and what is on file and known."""

    category: Category = Category.EMPLOYMENT
    ends_on: date
    on_file: Mapping[Field, str] = field(default_factory=dict)
    facts: Mapping[Field, Fact] = field(default_factory=dict)
    renewed_by_visitor: bool = False
    phone_ok: bool = True


def matching(services: Services, ends_on: date, **changes: object) -> Case:
    """A permit of which everything is known, as of yesterday, and the same as on file."""
    category = changes.get("category", Category.EMPLOYMENT)
    own = compared_fields(category, services.rulebook, services.today())
    told = Fact(value="same", as_of_on=services.today() - timedelta(days=1), source="residence")
    return Case(
        **{"ends_on": ends_on, "on_file": dict.fromkeys(own, "same"), "facts": dict.fromkeys(own, told)}
        | changes
    )


def differing(services: Services, ends_on: date, *which: Field, **changes: object) -> Case:
    """The same, but other values are known of these fields."""
    case = matching(services, ends_on, **changes)
    told = {name: Fact(value="other", as_of_on=services.today(), source="residence") for name in which}
    return Case(**{name: getattr(case, name) for name in case.__slots__} | {"facts": dict(case.facts) | told})


def unknown(services: Services, ends_on: date, **changes: object) -> Case:
    """A permit of which no bureau has told anything."""
    return matching(services, ends_on, **({"facts": {}} | changes))


def mixed(services: Services, number: int, seed: int) -> Iterator[Case]:
    """Permits in and around the window, each field of each in a state drawn for it."""
    random = Random(seed)
    today = services.today()
    for _ in range(number):
        ends_on = today + timedelta(days=random.randint(-2, 32))
        on_file: dict[Field, str] = {}
        facts: dict[Field, Fact] = {}
        usual = random.random() < 0.6
        for name in Field:
            _draw(name, "same" if usual else random.choice(STATES), ends_on, on_file, facts)
        yield Case(
            category=random.choice(list(Category)),
            ends_on=ends_on,
            on_file=on_file,
            facts=facts,
            renewed_by_visitor=random.random() < 0.05,
            phone_ok=random.random() < 0.95,
        )


def add(services: Services, cases: Iterator[Case] | list[Case]) -> list[int]:
    """Put the permits on file; returns their ids. The same cases in an empty store have the same phones."""
    cases = list(cases)
    now = services.now()
    with services.store.session() as session:
        there = session.scalar(select(func.max(Holder.id))) or 0
        holders = [_holder(services, case, number) for number, case in enumerate(cases, there + 1)]
        session.add_all(holders)
        session.flush()
        permits = [
            Permit(number=f"CITY-{holder.id:05d}", holder_id=holder.id, expires_on=case.ends_on)
            for holder, case in zip(holders, cases, strict=True)
        ]
        session.add_all(permits)
        session.flush()
        ids = [permit.id for permit in permits]
        session.add_all(
            Record(permit_id=number, **case.on_file)
            for number, case in zip(ids, cases, strict=True)
            if case.on_file
        )
        facts = [
            {
                "permit_id": number,
                "field": name,
                "value": fact.value,
                "as_of_on": fact.as_of_on,
                "source": fact.source,
            }
            for number, case in zip(ids, cases, strict=True)
            for name, fact in case.facts.items()
        ]
        if facts:
            session.execute(insert(BureauFact), facts)
        session.add_all(
            Visit(
                permit_id=number,
                period_on=case.ends_on,
                visited_on=case.ends_on - timedelta(days=20),
                way="door",
                finding="confirmed",
                renewed=True,
                origin="staff",
                recorded_at=now,
            )
            for number, case in zip(ids, cases, strict=True)
            if case.renewed_by_visitor
        )
    return ids


def _holder(services: Services, case: Case, number: int) -> Holder:
    phone = f"+861990{number:07d}"
    return Holder(
        name=f"样例{number}",
        phone=phone,
        phone_hash=services.store.phone_hash(phone),
        phone_ok=case.phone_ok,
        category=case.category,
        district=DISTRICTS[number % len(DISTRICTS)],
        origin="import",
        created_at=services.now(),
    )


def _draw(
    name: Field, state: str, ends_on: date, on_file: dict[Field, str], facts: dict[Field, Fact]
) -> None:
    fresh_on, stale_on = ends_on - timedelta(days=30), ends_on - timedelta(days=31)
    if state not in {"no_record", "neither"}:
        on_file[name] = "" if state == "empty_record" else "same"
    value, as_of_on = {
        "differs": ("other", fresh_on),
        "visited": ("changed", fresh_on),
        "stale": ("same", stale_on),
        "stale_differs": ("other", stale_on),
        "empty_fact": ("", fresh_on),
    }.get(state, ("same", fresh_on))
    if state not in {"no_fact", "neither"}:
        source = "visit" if state == "visited" and name is Field.ADDRESS else "residence"
        facts[name] = Fact(value=value, as_of_on=as_of_on, source=source)


def learn(services: Services, permit_id: int, name: Field, value: str, as_of_on: date) -> None:
    """Let a bureau tell something of a field, in place of what it had told."""
    with services.store.session() as session:
        session.merge(
            BureauFact(permit_id=permit_id, field=name, value=value, as_of_on=as_of_on, source="residence")
        )


def forget(services: Services, permit_id: int, name: Field) -> None:
    """Let nothing be known of a field."""
    with services.store.session() as session:
        session.delete(session.get_one(BureauFact, (permit_id, name)))
