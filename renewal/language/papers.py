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


def papers_named(text: str) -> tuple[str, ...]:
    """The papers that a text names, in its order."""
    found = [(match.start(), paper) for paper in PAPERS if (match := find(f"paper_{paper}", text))]
    return tuple(paper for _, paper in sorted(found))
