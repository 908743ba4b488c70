"""What is asked beside a renewal: a fine, the rental tax, the old card, copies, papers sent back at the window."""

from collections.abc import Callable, Mapping
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.counted_from import agent_age, call_due, change_due
from renewal.dialogue.days import expiry_values

Told = tuple[str, Mapping[str, Any]]


def _fine(ask: Ask) -> Told:
    """Whether being late is fined; of a known day, what it means instead."""
    expiry = ask.case.expiry
    if expiry is None or ask.case.handed_in_on is not None:
        return "fine", {"state": ""}
    return "fine", expiry_values(ask.ground, expiry.value, roughly=not expiry.exact)


def _rental_tax(_ask: Ask) -> Told:
    return "rental_tax", {}


def _the_card(_ask: Ask) -> Told:
    return "the_card", {}


def _originals(ask: Ask) -> Told:
    """Originals or copies; how many copies, and whether the original stays there, where that is asked."""
    return "originals", {"copies": ask.reading.says("asks_copies"), "kept": ask.reading.says("asks_kept")}


def _sent_away(ask: Ask) -> Told:
    """What the window must tell at once, and the whole list; of who told it, whether the home adds to it."""
    return "sent_away", {"moved": ask.case.facts.value("moved")}


ASIDES: Mapping[str, Callable[[Ask], Told | None]] = {
    "agent_age": agent_age,
    "call_due": call_due,
    "change_due": change_due,
    "fine": _fine,
    "rental_tax": _rental_tax,
    "the_card": _the_card,
    "originals": _originals,
    "sent_away": _sent_away,
}
