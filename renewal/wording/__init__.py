"""Every sentence a holder reads, as data; numbers in it are drawn from the rulebook while rendering."""

from renewal.wording.composer import Answer, Wording
from renewal.wording.editions import load_wording
from renewal.wording.entries import WordingError

__all__ = ["Answer", "Wording", "WordingError", "load_wording"]
