"""The rulebook and the wording that come with the package, loaded once for all tests."""

from renewal.rulebook import load_rulebook
from renewal.wording import load_wording

RULES = load_rulebook()
WORDING = load_wording(RULES)
