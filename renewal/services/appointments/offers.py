"""Which free slots are offered for a wish: the one that it names, else a few that come near it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from sqlalchemy.orm import Session

from renewal.domain.appointments import AppointmentDays, Slot
from renewal.domain.centre_hours import end_of_slot
from renewal.language.appointments.hours import NOON
from renewal.language.appointments.wishes import Wish
from renewal.services.appointments.centres import seats, slots
from renewal.store.models import Centre

Note = Literal["", "taken", "closed", "outside", "no_more"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Free slots, in order; none where the centre is full. `exact`: the one slot is what was wished.

    `note` says why others are offered: what was wished is `taken`, the centre is `closed` then, the day is
    `outside` of those for which one may book, or there are `no_more` after those offered.
    """

    slots: tuple[Slot, ...]
    exact: bool = False
    note: Note = ""

    def __post_init__(self) -> None:
        if self.exact and len(self.slots) != 1:
            raise ValueError("what was wished is one slot")


def find_offers(
    session: Session,
    centre: Centre,
    days: AppointmentDays,
    wish: Wish,
    *,
    most: int,
    after: Slot | None = None,
) -> Offers:
    """Offers for a wish, `most` at most; `after` is the last slot offered before, for who wants others."""
    free = [found.slot for found in seats(session, centre, days.first_on, days.last_on) if found.free]
    if not free:
        return Offers(slots=())
    allowed = [slot for slot in free if not _is_denied(centre, slot, wish)]
    if not allowed:
        return Offers(
            slots=_halves(free, most), note="no_more"
        )  # all that is free was denied: said to be all
    free = allowed
    if wish.says_when:
        return _wished(centre, days, wish, free, most)
    if wish.soonest:
        return Offers(slots=(free[0],), exact=True)
    if wish.others and after is not None:
        rest = [slot for slot in free if (slot.day, slot.starts) > (after.day, after.starts)]
        return Offers(slots=_halves(rest or free, most), note="" if rest else "no_more")
    return Offers(slots=_halves(free, most))


def _wished(centre: Centre, days: AppointmentDays, wish: Wish, free: Sequence[Slot], most: int) -> Offers:
    if _is_outside(wish, days):
        return Offers(slots=_halves(free, most), note="outside")
    fits = [slot for slot in free if _takes(centre, wish, slot.day, slot.starts)]
    if wish.at is not None:
        hit = [slot for slot in fits if _holds(centre, slot.starts, wish.at)]
        if hit and (wish.day or wish.soonest or len(hit) == 1):
            return Offers(slots=(hit[0],), exact=True)
        if hit:
            return Offers(slots=tuple(hit[:most]))
        if fits and wish.day:
            note: Note = "taken" if _has(centre, wish.day, wish) else "closed"
            return Offers(slots=_nearest(fits, wish.at, most), note=note)
    if fits and wish.at is None:
        return Offers(slots=(fits[0],), exact=True) if wish.soonest else Offers(slots=_spread(fits, most))
    later = [slot for slot in free if wish.first_on is None or slot.day >= wish.first_on]
    had = wish.day is not None and _has(centre, wish.day, wish)
    return Offers(slots=_halves(later or free, most), note="taken" if had else "closed")


def _is_outside(wish: Wish, days: AppointmentDays) -> bool:
    """Whether none of the days that are wished may be booked."""
    return bool(
        (wish.last_on and wish.last_on < days.first_on) or (wish.first_on and wish.first_on > days.last_on)
    )


def _is_denied(centre: Centre, slot: Slot, wish: Wish) -> bool:
    ends = end_of_slot(slot.starts, centre.slot_minutes)
    return any(denied.holds(slot.day, slot.starts, ends) for denied in wish.denied)


def _takes(centre: Centre, wish: Wish, day: date, starts: time) -> bool:
    return wish.takes(day, starts, end_of_slot(starts, centre.slot_minutes))


def _holds(centre: Centre, starts: time, at: time) -> bool:
    return starts <= at < end_of_slot(starts, centre.slot_minutes)


def _has(centre: Centre, day: date, wish: Wish) -> bool:
    """Whether the centre has a slot as wished on that day, free or not."""
    return any(
        _takes(centre, wish, day, starts) and (wish.at is None or _holds(centre, starts, wish.at))
        for starts in slots(centre, day)
    )


def _nearest(fits: Sequence[Slot], at: time, most: int) -> tuple[Slot, ...]:
    def off(slot: Slot) -> tuple[int, time]:
        return abs((slot.starts.hour - at.hour) * 60 + slot.starts.minute - at.minute), slot.starts

    return tuple(sorted(sorted(fits, key=off)[:most], key=lambda slot: (slot.day, slot.starts)))


def _spread(fits: Sequence[Slot], most: int) -> tuple[Slot, ...]:
    """Spread over what fits, where it is one day; else the first of each half day."""
    if len({slot.day for slot in fits}) > 1:
        return _halves(fits, most)
    if len(fits) <= most:
        return tuple(fits)
    step = (len(fits) - 1) / max(1, most - 1)
    return tuple(fits[round(place * step)] for place in range(most))


def _halves(free: Sequence[Slot], most: int) -> tuple[Slot, ...]:
    """The first slot of each half day, so that a few offers are a real choice; more of them where there is room."""
    firsts: dict[tuple[date, bool], Slot] = {}
    for slot in free:
        firsts.setdefault((slot.day, slot.starts < NOON), slot)
    chosen = list(firsts.values())[:most]
    spare = [slot for slot in free if slot not in chosen][: most - len(chosen)]
    return tuple(sorted([*chosen, *spare], key=lambda slot: (slot.day, slot.starts)))
