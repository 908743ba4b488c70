"""What a permit, its holder and a night's comparison can be."""

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """On what ground the holder stays: 就业, 投资/开业, 投靠, 就读."""

    EMPLOYMENT = "employment"
    BUSINESS = "business"
    DEPENDANT = "dependant"
    SCHOOLING = "schooling"


class Field(StrEnum):
    """What automatic renewal compares, and so what can mismatch."""

    ADDRESS = "address"
    EMPLOYMENT = "employment"
    PHONE = "phone"
    SPONSOR = "sponsor"
    MARRIAGE = "marriage"
    ENROLMENT = "enrolment"


class Housing(StrEnum):
    """Whose home the holder lives in; RELATIVE is a close relative's own or rented home."""

    OWN = "own"
    RENTED = "rented"
    DORMITORY = "dormitory"
    RELATIVE = "relative"


class IdChange(StrEnum):
    """What changed on the holder's identity card."""

    ADDRESS = "address"
    NAME = "name"
    NUMBER = "number"


class Stage(StrEnum):
    """The four stages of a renewal at the window, in the guide's order."""

    SUBMISSION = "submission"
    EMPLOYMENT_REVIEW = "employment_review"
    POLICE_REVIEW = "police_review"
    ENDORSEMENT = "endorsement"


class Outcome(StrEnum):
    """What a comparison came to."""

    RENEWED = "renewed"
    FAILED = "failed"
    WAITING = "waiting"


class VisitWay(StrEnum):
    """How somebody asked about the address: at the door, or by telephone."""

    DOOR = "door"
    CALL = "call"


class VisitFinding(StrEnum):
    """What a visit or call found: the address as on file, another one, or nobody."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    NOBODY = "nobody"


class ApplicationState(StrEnum):
    """Where a renewal at the window stands.

    RETURNED: papers were missing and were given back. IN_REVIEW: accepted, a receipt was given. PASSED: every
    review is through. REFUSED, ENDORSED and WITHDRAWN end it.
    """

    RETURNED = "returned"
    IN_REVIEW = "in_review"
    PASSED = "passed"
    REFUSED = "refused"
    ENDORSED = "endorsed"
    WITHDRAWN = "withdrawn"


class AppointmentState(StrEnum):
    """Where an appointment stands.

    ASKED: the seat is held while data for the comparison are missing. APPROVED: the holder was told to come.
    NEEDLESS: the permit was renewed before. The others are over as they say.
    """

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    MOVED = "moved"
    NEEDLESS = "needless"
    KEPT = "kept"
    MISSED = "missed"


class PermitState(StrEnum):
    """A permit's state on a day, in the order in which an unrenewed permit passes through them.

    SUSPENDED is expired but restorable by the deadline; LAPSED is beyond the deadline, where the guide is
    silent: it does not mean void.
    """

    VALID = "valid"
    IN_WINDOW = "in_window"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome of a comparison with every reason, what could not be compared, and the deciding clause.

    `missing` is not on file or no bureau has told of it; `stale` was told of too long ago.
    """

    outcome: Outcome
    reasons: tuple[Field, ...] = ()
    missing: tuple[Field, ...] = ()
    stale: tuple[Field, ...] = ()
    clause: str

    def __post_init__(self) -> None:
        if not self.clause:
            raise ValueError("a decision names its clause")
        if bool(self.reasons) != (self.outcome is Outcome.FAILED):
            raise ValueError("a failed renewal has reasons, and no other outcome has any")
        if self.outcome is Outcome.WAITING and not (self.missing or self.stale):
            raise ValueError("a waiting comparison says what it waits for")
        if self.outcome is Outcome.RENEWED and (self.missing or self.stale):
            raise ValueError("nothing is renewed while something was not compared")
