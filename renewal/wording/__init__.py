"""Every sentence a holder reads, as data; numbers in it are drawn from the rulebook while rendering."""

from renewal.wording.composer import Answer, Wording, WordingError, load_wording

__all__ = ["Answer", "Wording", "WordingError", "load_wording"]
