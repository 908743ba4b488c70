"""Before anything is booked: who asks, what stands, for which days and at which centres."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from renewal.domain import AppointmentState
from renewal.domain.appointments import AppointmentDays, Slot
from renewal.language.appointments.places import names_centre
from renewal.language.appointments.wishes import read_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """An appointment with its centre, as it is told."""

    id: int
    permit_id: int
    slot: Slot
    centre_code: str
    centre: str
    address: str
    state: AppointmentState


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreChoice:
    """A centre to choose."""

    id: int
    code: str
    name: str
    district: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Whether somebody may ask, and for which days: of a holder who is not known, nothing.

    `centres` are those of the holder's district that take appointments, those of all districts (`elsewhere`)
    where it has none; `all_centres` those of every district.
    """

    known: bool = False
    booked: Booked | None = None
    days: AppointmentDays | None = None
    expires_on: date | None = None
    district: str = ""
    centres: Sequence[CentreChoice] = ()
    elsewhere: bool = False
    all_centres: Sequence[CentreChoice] = ()

    def of_district(self, district: str) -> "Outlook":
        """The same with the centres of a district, or of all where it has none."""
        near = tuple(centre for centre in self.all_centres if centre.district == district)
        return replace(self, district=district, centres=near or self.all_centres, elsewhere=not near)


def named_centre(text: str, outlook: Outlook, offered: Sequence[CentreChoice]) -> CentreChoice | None:
    """The centre that a text names: by its place among those offered, or by its name.

    Of a name that several have, the one of the holder's district.
    """
    place = read_place(text)
    if place is not None and offered:
        return offered[place - 1 if place > 0 else -1] if place <= len(offered) else None
    every = (*outlook.centres, *outlook.all_centres)
    return next((centre for centre in every if names_centre(text, centre.name, centre.district)), None)
