"""A home, or a change of the identity card, that is told where papers are spoken of: the papers of this person."""

from dataclasses import replace

from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import Asked, asked
from renewal.dialogue.computing import computed
from renewal.dialogue.noticed import of_the_notice
from renewal.dialogue.papers import ABOUT_PAPERS, HOME, is_unlisted
from renewal.dialogue.responding import Response, answers, told_as
from renewal.dialogue.thresholds import CERTAIN, SURE
from renewal.language.papers import papers_named

# What a text that tells a home is taken to ask, where it asks for the papers of that home.
_TAKEN_FOR = frozenset(
    "materials materials_housing address_unchanged id_changed papers_list change_report notice_dispute "
    "others_record how_to_renew".split()
)
# What a text that wants to renew and only tells a home is taken for as well: who may, and what proves it.
_TAKEN_WITH_A_HOME = _TAKEN_FOR | frozenset(
    "eligibility relatives_scope landlord registration issuer inform".split()
)
_TAKEN_FOR_A_NOTE = frozenset(
    "materials_housing relatives_scope issuer notice_dispute inform data_sources family_change".split()
)
_DECIDING = HOME | {"married"}


def papers_again(ask: Ask) -> Response | None:
    """The papers of the home told now, beside what else the text asks; None where papers are not spoken of."""
    if not ask.case.facts.from_now() & _DECIDING or ask.reading.says("reports_change"):
        return None
    asks_papers = ask.reading.says("asks_papers")
    after = bool(ABOUT_PAPERS & {ask.memory.topic, *ask.memory.topics})
    told = "housing" in ask.case.facts.from_now()
    unlisted = told and is_unlisted(ask.ground, ask.case.facts)
    whole = told and "moved" in ask.case.facts.from_now() and not ask.reading.asks  # a move, and where to
    whole = whole and not of_the_notice(ask)
    whole = whole or (told and _asks_of_kinship(ask))
    whole = whole or (told and _only_wants_to_renew(ask))
    if not (after or asks_papers or unlisted or whole) or computed(ask, "papers_list") is None:
        return None
    if told and (_only_wants_to_renew(ask) or (after and _only_tells(ask))):
        return answers(ask, [_papers(ask)])
    names_one = (bool(papers_named(ask.text)) and ask.reading.asks) or _asks_of_kinship(ask)
    found = asked(ask)
    if not found:
        leans = not ask.reading.asks or ask.reading.supposes or ask.reading.says("what_about")
        spoken_of = leans or asks_papers or names_one or unlisted
        return answers(ask, [_papers(ask)]) if spoken_of else None
    taken_for = _TAKEN_FOR | {"landlord"} if unlisted else _TAKEN_FOR
    if not any(each.topic in taken_for for each in found):
        return answers(ask, [_papers(ask)]) if after and _only_leans(ask) else None
    listed = [_papers(ask, each.place) if each.topic in taken_for else each for each in found]
    unlike = {each.topic: each for each in reversed(listed)}
    return answers(ask, sorted(unlike.values(), key=lambda each: each.place))


def _only_wants_to_renew(ask: Ask) -> bool:
    """Whether a text says that its writer wants to renew, and asks nothing that a home does not answer."""
    if not ask.reading.says("wants_to_renew"):
        return False
    return all(each.topic in _TAKEN_WITH_A_HOME for each in asked(ask))


def _only_tells(ask: Ask) -> bool:
    """Whether a text after papers asks nothing, nor names a paper: whatever it was taken for, it tells the home."""
    if ask.reading.asks or ask.case.notice or papers_named(ask.text):
        return False
    return all(each.topic in _TAKEN_WITH_A_HOME - {"landlord"} for each in asked(ask))


def _only_leans(ask: Ask) -> bool:
    """Whether a text holds no question of its own, and the model is not certain of one ("好吧，要是搬去闵行呢")."""
    return ask.said.confidence < CERTAIN and not ask.reading.says("asks_by_word")


def _asks_of_kinship(ask: Ask) -> bool:
    """Whether a paper that shows kinship is asked about, of a relative's home ("老公的房子，要结婚证吗")."""
    asks = ask.reading.says("shows_kinship") and ask.reading.asks
    return asks and bool(ask.case.facts.value("whose_home"))


def _papers(ask: Ask, place: int = 0) -> Asked:
    """The list; where the text asks whether one paper is needed, that first."""
    one = papers_named(ask.text) and ask.reading.asks and not ask.reading.says("asks_papers")
    one = one or _asks_of_kinship(ask)
    topic = "paper_needed" if one else "papers_list"
    return Asked(topic=topic, said=replace(ask.said, intent=topic, parts=(), entities={}), place=place)


def home_noted(ask: Ask) -> Response | None:
    """A home told before any question, of which the model makes nothing surer: it is kept, and what it adds is said."""
    facts = ask.case.facts
    alone = not facts.from_now() - HOME - {"person"}  # a story that tells more is worth more than a note
    told = alone and facts.is_told_now("housing") and not ask.reading.asks and not ask.case.notice
    if not told or papers_named(ask.text) or any(each.topic not in _TAKEN_FOR_A_NOTE for each in asked(ask)):
        return None
    sure_of_home = (
        ask.said.intent in ("materials_housing", "address_unchanged") and ask.said.confidence >= SURE
    )
    pick = computed(ask, "papers_list")
    if sure_of_home or pick is None or pick.key != "papers.of_home":
        return None
    noted = replace(pick, key="inform.noted", claim="home_noted")
    return told_as(ask, noted, "home_noted")
