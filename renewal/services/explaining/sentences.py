"""The sentences of an explanation: fields, sources, actors, and the clauses that decisions rest on."""

from collections.abc import Iterable
from datetime import date, datetime

from renewal.domain import Category, Clause, Field, RuleNotInForce, RuleValue
from renewal.services.app import Services
from renewal.settings import SHANGHAI
from renewal.wording.staff import has_sentence, staff_sentence


def say(key: str, **values: object) -> str:
    """The sentence `staff.explain.<key>`. Raises KeyError for one that nobody wrote."""
    return staff_sentence(f"explain.{key}", **values)


def label(group: str, name: str) -> str:
    """What a name of the store is called; a name without a label stands for itself."""
    key = f"{group}.{name}"
    return say(key) if has_sentence(f"explain.{key}") else name


def actor(name: str) -> str:
    """Who did something: a process by its own label, anybody else as a member of staff."""
    known = f"actor.{name}"
    return say(known) if has_sentence(f"explain.{known}") else say("actor.person", name=name)


def field_names(services: Services, fields: Iterable[Field]) -> str:
    """Compared fields, listed."""
    return "、".join(services.wording.render(f"label.field.{field}") for field in fields)


def category_name(services: Services, category: Category) -> str:
    """On what ground the holder stays."""
    return services.wording.render(f"label.category.{category}")


def lack(services: Services, missing: tuple[Field, ...], stale: tuple[Field, ...]) -> str:
    """What could not be compared, and whether it was missing or too old; empty where all could."""
    told = [say("lack.missing", fields=field_names(services, missing))] if missing else []
    if stale:
        told.append(say("lack.stale", fields=field_names(services, stale)))
    return "，".join(told)


def paper_name(services: Services, paper: str) -> str:
    """What the rulebook calls a paper; empty for what is none."""
    clause = services.rulebook.clauses.get(f"materials.names.{paper}")
    return str(clause.newest) if clause else ""


def left(days: int) -> str:
    """How many days are left until a last day; that day itself has none."""
    return say("left", days=days) if days else say("left_today")


def moment(at: datetime) -> str:
    """Day and minute in Shanghai."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def source_of(services: Services, clause: Clause) -> str:
    """The document that a clause rests on, by its short name, and the place in it."""
    label = f"label.document.{clause.source.document}"
    name = (
        services.wording.render(label)
        if label in services.wording
        else services.rulebook.document(clause.key).title
    )
    return f"{name}，{clause.source.place}"


def cite(services: Services, key: str, on: date, *, in_full: bool = True) -> str:
    """A clause by title, source and certainty, with its words where it has any in force on that day.

    What is no clause of today's rulebook stands as it was written down: a reason in words, or an old key.
    """
    if not key:
        return ""
    clause = services.rulebook.clauses.get(key)
    if clause is None:
        topics = {known.partition(".")[0] for known in services.rulebook.clauses}
        return (
            say("event.clause_gone", clause=key)
            if key.partition(".")[0] in topics
            else say("event.why", why=key)
        )
    text = _text(clause, on) if in_full else ""
    return say(
        "event.clause" if text else "event.clause_short",
        title=clause.title,
        text=text,
        source=source_of(services, clause),
        certainty=say(f"certainty.{clause.certainty}"),
        clause=key,
    )


def _text(clause: Clause, on: date) -> str:
    try:
        value: RuleValue = clause.value(on)
    except RuleNotInForce:
        return ""
    return value if isinstance(value, str) else ""
