"""One turn in the appointment form: what was offered before, and the ways on from it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from actions.turn import Event, Result, Turn, fill, listen
from renewal.dialogue.forms.outlook import CentreChoice, Outlook
from renewal.dialogue.says import BotMessage
from renewal.domain.appointments import Slot
from renewal.language.appointments.wishes import Wish, read_wish
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.appointments.asking import TIME, offers_shown
from renewal.services.appointments.booking import Came, Told
from renewal.services.talks.answers import say

CENTRE, SLOT = "appointment_centre", "appointment_slot"
# {"centres": codes, "full", "text": the first wish} or {"slots": times, "days": wished, "asked": the day}; "note".
OFFERED = "appointment_offered"
TAKEN = "appointment_taken"  # booked in this conversation: then a bare "cancel" means it
EMPTY = dict.fromkeys((CENTRE, SLOT, OFFERED, "requested_slot", "form_misses"))
STANDS = frozenset({Came.APPROVED, Came.ASKED, Came.MOVED, Came.HAS})
Messages = tuple[BotMessage, ...]


class Step:
    """The turn, how things stand for the holder, and what the form offered last."""

    def __init__(self, services: Services, turn: Turn, outlook: Outlook) -> None:
        self.services, self.turn, self.outlook = services, turn, outlook
        kept = turn.slots.get(OFFERED)
        self.offered: dict[str, Any] = dict(kept) if isinstance(kept, dict) else {}
        by_code = {centre.code: centre for centre in outlook.all_centres}
        self.centres = tuple(by_code[code] for code in self.offered.get("centres", ()) if code in by_code)
        self.centre = by_code.get(turn.slot(CENTRE) or "")
        times = self.offered.get("slots", ()) if self.centre else ()
        self.slots = tuple(_slot(self.centre, said) for said in times if self.centre)

    @property
    def today(self) -> date:
        """The current day."""
        return self.services.today()

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

    def choose_centre(
        self, *, district: str = "", full: CentreChoice | None = None, wish: Wish | None = None
    ) -> Result:
        """Ask which centre, or which time where there is but one; where there is none, say so."""
        outlook = self.outlook
        if district:
            outlook = appointments.look(self.services, self.turn.conversation_id, district)
        choices = [centre for centre in outlook.centres if full is None or centre.id != full.id]
        if not choices:
            return self.end("all_full" if full else "no_centres")
        if len(choices) == 1 and full is None and not outlook.elsewhere:
            return self.find(choices[0], wish or self.first_wish())
        shown = choices[: offers_shown(self.services, self.turn.conversation_id)]
        offered = {
            "centres": [centre.code for centre in shown],
            "note": "full" if full else "elsewhere" if outlook.elsewhere else "",
            "full": full.name if full else "",
            "text": self.offered.get("text") or self.turn.text,
        }
        kept = fill(**{CENTRE: None, OFFERED: offered})
        return Result(events=(*kept, *fill(form_misses=0, requested_slot=CENTRE)))

    def keep_wish(self) -> Result:
        """A time was said before the centre was: it is kept, and the centre asked for again."""
        kept = fill(**{OFFERED: {**self.offered, "text": self.turn.text}})
        return Result(events=(*kept, *fill(form_misses=0, requested_slot=CENTRE)))

    def find(self, centre: CentreChoice, wish: Wish, *, note: str = "") -> Result:
        """Book the slot that is wished, or offer some."""
        talk = self.turn.conversation_id
        after = self.slots[-1] if self.slots and self.centre == centre else None
        most = offers_shown(self.services, talk)
        found = appointments.offers(self.services, talk, centre.id, wish, most=most, after=after)
        if not found.slots:
            return self.choose_centre(full=centre)
        if found.exact and not note:
            return self.book(centre, found.slots[0])
        offered: dict[str, Any] = {
            "slots": [_said(slot) for slot in found.slots],
            "note": note or found.note,
            "text": self.offered.get("text") or self.turn.text,
            "asked": wish.day.isoformat() if wish.day and not note else "",
        }
        if wish.first_on and wish.last_on and found.note != "outside":
            offered["days"] = [wish.first_on.isoformat(), wish.last_on.isoformat()]
        kept = fill(**{CENTRE: centre.code, OFFERED: offered})
        return Result(events=(*kept, *fill(form_misses=0, requested_slot=SLOT)))

    def book(self, centre: CentreChoice, slot: Slot) -> Result:
        """Book it, or move what stands to it; where it was taken meanwhile, offer what is near."""
        request: Callable[..., Told] = appointments.move if self.outlook.booked else appointments.ask
        told = request(self.services, self.turn.conversation_id, slot)
        if told.came is Came.FULL:
            return self.find(centre, Wish(first_on=slot.day), note="taken")
        return finish(told.messages, *(fill(**{TAKEN: True}) if told.came in STANDS else ()))

    def _read(self, text: str, offered_days: tuple[date, ...] = ()) -> Wish:
        return read_wish(text, self.today, offered_days, self.outlook.expires_on)

    def say(self, key: str) -> Messages:
        """An entry of the wording that names nothing."""
        return say(self.services, self.turn.conversation_id, f"appointment.{key}")

    def end(self, key: str) -> Result:
        """Out of the form with a word; an appointment that stands, stands."""
        return finish(self.say("left_standing" if self.outlook.booked else key))


def finish(messages: Messages, *events: Event) -> Result:
    """The form ends with these words."""
    return Result(messages=messages, events=(*fill(**EMPTY), *events, listen()))


def _said(slot: Slot) -> str:
    return f"{slot.day.isoformat()}T{slot.starts:%H:%M}"


def _slot(centre: CentreChoice, said: str) -> Slot:
    at = datetime.strptime(said, TIME)  # noqa: DTZ007 a centre's own day and hour
    return Slot(centre_id=centre.id, day=at.date(), starts=at.time())
