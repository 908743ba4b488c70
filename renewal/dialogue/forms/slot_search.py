"""The way to a slot: which centre, which time; what was offered before, what is looked for, offered, booked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from renewal.dialogue.forms.commands import Booking, BookSlot, Command, FindSlots, Found
from renewal.dialogue.forms.engine import say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.outlook import CentreChoice, Outlook
from renewal.dialogue.forms.step import Step, ask, end
from renewal.dialogue.forms.turn import Turn
from renewal.domain.appointments import Slot
from renewal.language.appointments.wishes import Wish, read_wish

CENTRE, SLOT = "appointment_centre", "appointment_slot"
# {"centres": codes, "full", "text": the first wish} or {"slots": times, "days": wished, "asked": the day}; "note".
OFFERED = "appointment_offered"
BARRED = "barred"  # the note where none could be offered: whoever names a day next is told when to go
TAKEN = "appointment_taken"  # booked in this conversation: then a bare "cancel" means it
EMPTY = dict.fromkeys((CENTRE, SLOT, OFFERED))
TIME = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The turn, how things stand for the holder, and what the form offered last."""

    turn: Turn
    today: date
    outlook: Outlook
    most_offers: int
    offered: dict[str, Any]
    centres: tuple[CentreChoice, ...]
    centre: CentreChoice | None
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, turn: Turn, known: Known) -> "Search":
        """From what the conversation keeps; a centre that is gone is not kept."""
        kept = turn.slots.get(OFFERED)
        offered: dict[str, Any] = dict(kept) if isinstance(kept, dict) else {}
        by_code = {centre.code: centre for centre in known.outlook.all_centres}
        centre = by_code.get(turn.slot(CENTRE) or "")
        return cls(
            turn=turn,
            today=known.today,
            outlook=known.outlook,
            most_offers=known.most_offers,
            offered=offered,
            centres=tuple(by_code[code] for code in offered.get("centres", ()) if code in by_code),
            centre=centre,
            slots=tuple(_slot(centre, said) for said in offered.get("slots", ())) if centre else (),
        )

    def wish(self) -> Wish:
        """What the text asks of the time; an hour alone is one of the days that were wished before."""
        wish = self._read(self.turn.text, tuple(slot.day for slot in self.slots))
        before = self.offered.get("days")
        if not before:
            return wish
        return wish.on_the_days_of(*(date.fromisoformat(day) for day in before))

    def first_wish(self) -> Wish:
        """What the text asks of the time, or the one that opened the form did."""
        wish = self.wish()
        return wish if wish.says_when or wish.soonest else self._read(self.offered.get("text", ""))

    @property
    def first_text(self) -> str:
        """The text that the first wish was in."""
        return self.offered.get("text") or self.turn.text

    def _read(self, text: str, offered_days: tuple[date, ...] = ()) -> Wish:
        return read_wish(text, self.today, offered_days, self.outlook.expires_on)


def choose_centre(
    search: Search, *, district: str = "", full: CentreChoice | None = None, wish: Wish | None = None
) -> Step:
    """Ask which centre, or which time where there is but one; where there is none, say so."""
    outlook = search.outlook.of_district(district) if district else search.outlook
    choices = [centre for centre in outlook.centres if full is None or centre.id != full.id]
    if not choices:
        return part(search, "all_full" if full else "no_centres")
    if len(choices) == 1 and full is None and not outlook.elsewhere:
        return find(search, choices[0], wish or search.first_wish())
    offered = {
        "centres": [centre.code for centre in choices[: search.most_offers]],
        "note": "full" if full else "elsewhere" if outlook.elsewhere else "",
        "full": full.name if full else "",
        "text": search.first_text,
    }
    return ask(CENTRE, slots={CENTRE: None, OFFERED: offered})


def keep_wish(search: Search) -> Step:
    """A time was said before the centre was: it is kept, and the centre asked for again."""
    return ask(CENTRE, slots={OFFERED: {**search.offered, "text": search.turn.text}})


def find(search: Search, centre: CentreChoice, wish: Wish, *, note: str = "") -> Step:
    """Look for the slot that is wished, or for some to offer."""
    after = search.slots[-1] if search.slots and search.centre == centre else None
    search_for = FindSlots(centre=centre, wish=wish, most=search.most_offers, after=after, note=note)
    return Step(does=(search_for,))


def book(search: Search, centre: CentreChoice, slot: Slot) -> Step:
    """Book it, or move what stands to it."""
    moves = search.outlook.booked is not None
    return Step(does=(BookSlot(centre=centre, slot=slot, moves=moves),))


def found(search: Search, command: FindSlots, came: Found) -> Step:
    """Book what is exactly as wished, else offer what there is."""
    centre, wish = command.centre, command.wish
    if not came.slots:
        return choose_centre(search, full=centre)
    if came.exact and not command.note:
        return book(search, centre, came.slots[0])
    offered: dict[str, Any] = {
        "slots": [slot.day.isoformat() + f"T{slot.starts:%H:%M}" for slot in came.slots],
        "note": command.note or came.note,
        "text": search.first_text,
        "asked": wish.day.isoformat() if wish.day and not command.note else "",
    }
    if wish.first_on and wish.last_on and came.note != "outside":
        offered["days"] = [wish.first_on.isoformat(), wish.last_on.isoformat()]
    return ask(SLOT, slots={CENTRE: centre.code, OFFERED: offered})


def booked(search: Search, command: BookSlot, came: Booking) -> Step:
    """Where the slot was taken meanwhile, look for what is near."""
    if came.full:
        return find(search, command.centre, Wish(first_on=command.slot.day), note="taken")
    return finish(**({TAKEN: True} if came.stands else {}))


def part(search: Search, key: str) -> Step:
    """Out of the form with a word; an appointment that stands, stands."""
    return finish(say(f"appointment.{'left_standing' if search.outlook.booked else key}"))


def finish(*commands: Command, **slots: Any) -> Step:
    """The form ends with this."""
    return end(*commands, slots={**EMPTY, **slots})


def _slot(centre: CentreChoice, said: str) -> Slot:
    at = datetime.strptime(said, TIME)  # noqa: DTZ007 a centre's own day and hour
    return Slot(centre_id=centre.id, day=at.date(), starts=at.time())
