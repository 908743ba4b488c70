"""Which papers a text names, by the ids of clause materials.names."""

from renewal.language.words import find

# In the order in which a person would be asked for them.
PAPERS = (
    "kinship_proof",
    "lease_filing",
    "dormitory_proof",
    "household_register_proof",
    "id_number_correction",
    "property_certificate",
)
EVERYONES = ("application_form", "id_card_copy")  # nobody has to have these issued


def papers_named(text: str) -> tuple[str, ...]:
    """The papers to be issued that a text names, in its order."""
    return _named(text, PAPERS)


def all_papers_named(text: str) -> tuple[str, ...]:
    """The papers that a text names, with those that everyone brings, in its order."""
    return _named(text, PAPERS + EVERYONES)


def _named(text: str, papers: tuple[str, ...]) -> tuple[str, ...]:
    found = [(match.start(), paper) for paper in papers if (match := find(f"paper_{paper}", text))]
    return tuple(paper for _, paper in sorted(found))


def unlisted_paper(text: str) -> str:
    """What a text calls a paper that the guide's list of papers does not have; empty where it names none."""
    match = find("paper_unlisted", text)
    return match.group() if match else ""
