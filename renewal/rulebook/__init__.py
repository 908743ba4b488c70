"""The rules as data, and the one function that reads them."""

from renewal.rulebook.loader import RulebookError, load_rulebook

__all__ = ["RulebookError", "load_rulebook"]
