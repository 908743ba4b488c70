"""Which papers one person brings to the window, from what is known of their home and identity card."""

from collections.abc import Mapping
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.ground import Ground
from renewal.dialogue.persons import whose_of
from renewal.dialogue.situation import supposed_in
from renewal.domain import Field, Housing, IdChange, Situation, materials
from renewal.language.words import says

UNLISTED = frozenset(
    {"friend", "commercial", "not_relative", "employer", "unnamed", "sublet", "arranged"}
)  # homes for which the guide has no class
# Which paper a kind of home asks to be issued, in the order in which they are asked about.
ISSUED = (
    "kinship_proof",
    "lease_filing",
    "dormitory_proof",
    "household_register_proof",
    "id_number_correction",
)
AT_HOME = frozenset(
    {"配偶", "老公", "老婆", "子女", "儿子", "女儿"}
)  # named in a text, they may only live along
PARTNER, SPOUSE = "男女朋友", "配偶"
_SPOUSES = frozenset({SPOUSE, "老公", "老婆"})
THROUGH = {"女婿": "女儿", "儿媳": "儿子"}  # the near relative through whom one is a distant one
HOME = frozenset({"moved", "housing", "whose_home", "id_changes"})  # facts that decide the papers
# Topics after which a fact of the home, or "that paper", is about papers.
ABOUT_PAPERS = frozenset(
    "materials materials_housing address_unchanged papers_list paper_needed issuer originals id_changed "
    "relatives_scope landlord".split()
)

# Those of them that another person's home and card answer otherwise.
OF_A_HOME = ABOUT_PAPERS - {"issuer", "originals", "relatives_scope", "landlord"}


def closeness(ground: Ground, relation: str) -> str:
    """Whether the rules count a relative as close or distant; empty where they leave it open.

    Source: clause materials.close_relatives_spoken.
    """
    if relation in ground.rules.texts("materials.close_relatives_spoken", ground.today):
        return "close"
    distant = ground.rules.texts("materials.not_close_relatives_spoken", ground.today)
    return "distant" if relation in distant else ""


def situation_of(ground: Ground, facts: Facts) -> Situation | None:
    """The situation that decides the papers; None where the home is of no class of the guide."""
    housing, relation = facts.value("housing"), whose_home(facts)
    changed = facts.value("moved") is True
    id_changes = frozenset(IdChange(change) for change in facts.value("id_changes") or ())
    home, relative_home = _home(ground, housing, relation)
    if changed and home is None and housing in UNLISTED:
        return None
    if changed and relation and closeness(ground, relation) != "close":
        return None
    return Situation(
        housing=home, address_changed=changed, id_changes=id_changes, relative_home=relative_home
    )


def whose_home(facts: Facts) -> str:
    """The relative whose home it is; a partner is the spouse from the wedding on. Empty where it is nobody's."""
    relation = facts.value("whose_home") or ""
    if relation == PARTNER and facts.value("married"):
        return SPOUSE
    return PARTNER if relation in _SPOUSES and facts.value("married") is False else relation


def _home(ground: Ground, housing: str | None, relation: str) -> tuple[Housing | None, Housing | None]:
    """The class of the home, and of a relative's home whether it is their own or rented."""
    kind = Housing(housing) if housing in set(Housing) else None
    if closeness(ground, relation) == "close":
        owned = kind if kind in (Housing.OWN, Housing.RENTED) else None
        return Housing.RELATIVE, owned
    return kind, None


def papers_of(ask: Ask, facts: Facts) -> tuple[str, Mapping[str, Any]] | None:
    """The wording of the papers to bring, and what it names; None where nothing that decides them is known."""
    if record_is_unlike(ask) and facts.value("moved") is not True:
        found = _of_who_did_not_move(ask, facts)
        if found is not None:
            return found
    if facts.value("moved") is None and not facts.value("id_changes"):
        if is_unlisted(ask.ground, facts):
            return not_listed(ask.ground, facts, ask.text)
        return _of_the_home(ask, facts)
    situation = situation_of(ask.ground, facts)
    if situation is None:
        return not_listed(ask.ground, facts, ask.text)
    settled = {Field.ADDRESS} | ({Field.ENROLMENT} if facts.value("left_school") is True else set())
    also = tuple(reason for reason in ask.case.present_reasons if reason not in settled)
    values = {
        **papers_values(ask.ground, situation, facts),
        "other_building": situation.address_changed and says("other_building", ask.text),
    }
    return ("papers.list_and_failure", {**values, "also": also}) if also else ("papers.list", values)


def record_is_unlike(ask: Ask) -> bool:
    """Whether the address failed the comparison: the home is to be proved then, moved or not.

    Source: clauses automatic.failed and materials.housing.needed_when.
    """
    return not ask.case.about_another and Field.ADDRESS in ask.case.present_reasons


def as_unlike(facts: Facts) -> Facts:
    """The facts as the window takes them where the record has another address: as of who moved."""
    return facts.with_told({"moved": Fact(value=True, source=Source.SUPPOSED)})


def _of_who_did_not_move(ask: Ask, facts: Facts) -> tuple[str, Mapping[str, Any]] | None:
    """The papers of who says that the address is the same, or does not say, where the record has another."""
    situation = situation_of(ask.ground, as_unlike(facts))
    if situation is None or (situation.housing is None and facts.value("moved") is None):
        return None
    also = tuple(
        reason
        for reason in ask.case.present_reasons
        if reason is not Field.ADDRESS or situation.housing is None
    )
    values = {**papers_values(ask.ground, situation, facts), "also": also}
    return "papers.unlike", {**values, "unmoved": facts.value("moved") is False}


def _of_the_home(ask: Ask, facts: Facts) -> tuple[str, Mapping[str, Any]] | None:
    """The papers of a home of which nobody said whether it is the registered one: what it adds if it is not."""
    situation = situation_of(ask.ground, as_unlike(facts))
    if situation is None or situation.housing is None:
        return None
    everyone = ask.ground.rules.texts("materials.everyone", ask.ground.today)
    listed = materials(situation, ask.ground.rules, ask.ground.today)
    home = tuple(paper for paper in listed if paper not in everyone)
    renews = ask.reading.says("wants_to_renew") and not ask.reading.says("asks_papers")
    values = {"papers": everyone, "home_papers": home, "housing": str(situation.housing), "renews": renews}
    return "papers.of_home", {**values, "whose": whose_of(facts)}


def is_unlisted(ground: Ground, facts: Facts) -> bool:
    """Whether a home was told that is of no class of the guide, by its kind or by whose it is."""
    relation = whose_home(facts)
    return facts.value("housing") in UNLISTED or (bool(relation) and closeness(ground, relation) == "distant")


def not_listed(ground: Ground, facts: Facts, text: str) -> tuple[str, Mapping[str, Any]]:
    """The wording for a home of no class of the guide; it names a relative who is surely no close one."""
    relation = whose_home(facts)
    distant = relation if closeness(ground, relation) == "distant" else ""
    housing = facts.value("housing")
    if housing == "arranged" and not distant:
        return "papers.arranged", {"moved": facts.value("moved") is True}
    kind = housing if housing in UNLISTED and not distant else "other"
    partner = distant == PARTNER
    same = facts.value("moved") is False
    noted = says("hand_note", text)
    return "papers.not_listed", {
        "relation": distant,
        "kind": "partner" if partner else kind,
        "noted": noted,
        "same": same,
        "near": THROUGH.get(distant, ""),
    }


def papers_values(ground: Ground, situation: Situation, facts: Facts) -> Mapping[str, Any]:
    """What a wording names: the papers in order, whether the address changed, whether the home's class is known."""
    return {
        "papers": materials(situation, ground.rules, ground.today),
        "address_known": facts.value("moved") is not None,
        "address_changed": situation.address_changed,
        "home_known": situation.housing is not None,
        "renumbered": facts.value("renumbered") is True,
    }


def facts_in_view(ask: Ask) -> Facts:
    """The facts that a question about papers is asked of.

    After an answer about papers, a text that tells no home of its own speaks of the home supposed there.
    """
    facts = ask.case.facts
    if HOME & facts.from_now() or not ABOUT_PAPERS & {ask.memory.topic, *ask.memory.topics}:
        return facts
    return facts.with_told(supposed_in(ask.memory.last.text))


def paper_asked(ask: Ask, named: tuple[str, ...]) -> str:
    """The paper that "who issues it" means: one named, else one that this person, or this kind of home, needs."""
    if named:
        return named[0]
    ground, facts = ask.ground, facts_in_view(ask)
    situation = situation_of(ground, facts)
    needed = materials(situation, ground.rules, ground.today) if situation else ()
    housing, _ = _home(ground, facts.value("housing"), whose_home(facts))
    of_home = ground.rules.texts(f"materials.housing.{housing}", ground.today) if housing else ()
    return next((paper for papers in (needed, of_home) for paper in ISSUED if paper in papers), "")
