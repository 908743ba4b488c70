"""What a provider does with a text, drawn from a seed: the same text of the same seed always meets the same fate."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

WORST_POSTS = (
    2  # a text meets at most so many bad posts, then the line is good: every history comes to an end
)
BAD_NUMBER, OPTED_OUT, AWAY, BUSY = 21211, 21610, 30008, 20429
NUMBER_GONE = 30005


class Line(StrEnum):
    """What happens to one post."""

    TAKEN = "taken"
    TAKEN_AND_CUT = "taken, and the connection is cut before the answer"
    TAKEN_AND_BROKEN = "taken, and a 500 is answered"
    CUT = "cut before it is taken"
    BROKEN = "a 500 is answered and nothing taken"
    TOO_MANY = "a 429 is answered"
    BAD = "the number is refused"


class Receipts(StrEnum):
    """How the receipts of a text come."""

    PLAIN = "sent, then delivered"
    TWICE = "each twice"
    BACKWARDS = "the last first"
    LATE = "long after"
    NEVER = "never"


TAKING = frozenset({Line.TAKEN, Line.TAKEN_AND_CUT, Line.TAKEN_AND_BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """One post's course: seconds before it is taken and before it is answered, then what becomes of the text.

    `code` is the error with which the handset's network ends it; 0 where it arrives.
    """

    line: Line
    before_s: float
    after_s: float
    receipts: Receipts
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moods:
    """A provider's temper. Shares are of posts, `slow_s` is how long a slow call takes, at most.

    `always_s` is what every call takes; `usual` is how receipts come where they are not odd.
    """

    seed: int
    bad_line: float = 0.3
    slow: float = 0.15
    slow_s: float = 0.8
    quick_s: float = 0.02
    always_s: float = 0.0
    odd_receipts: float = 0.5
    bad_phones: float = 0.08
    away: float = 0.06
    usual: Receipts = Receipts.PLAIN

    def of(self, to: str, body: str, post: int, take: int) -> Mood:
        """Mood of the `post`-th post (from 0) of a text that was taken `take` times before."""
        random = Random(f"{self.seed}:{to}:{body}:{post}")
        line = Line.TAKEN
        if post < WORST_POSTS and random.random() < self.bad_line:
            line = random.choice([found for found in Line if found not in {Line.TAKEN, Line.BAD}])
        refusal, code = self._of_phone(to)
        if refusal:
            line = Line.BAD
        slow = random.random() < self.slow
        longest = self.slow_s if slow else self.quick_s
        odd = random.random() < self.odd_receipts
        return Mood(
            line=line,
            before_s=self.always_s / 2 + longest * random.random(),
            after_s=self.always_s / 2 + longest * random.random(),
            receipts=random.choice(list(Receipts)) if odd else self.usual,
            code=code or self._away(to, body, take),
        )

    def _of_phone(self, to: str) -> tuple[bool, int]:
        """Whether a number is refused outright, and else the code with which every text to it ends."""
        random = Random(f"{self.seed}:{to}")
        if random.random() >= self.bad_phones:
            return False, 0
        return random.choice([(True, BAD_NUMBER), (False, NUMBER_GONE)])

    def _away(self, to: str, body: str, take: int) -> int:
        """A handset that is away: for the first text or two, or for good."""
        random = Random(f"{self.seed}:{to}:{body}:away")
        if random.random() >= self.away:
            return 0
        return AWAY if take < random.choice([1, 2, 9]) else 0


def good(*, call_s: float = 0, receipts: Receipts = Receipts.PLAIN) -> Moods:
    """A provider without moods that takes `call_s` for a call: half of it before it takes the text."""
    return Moods(
        seed=0,
        bad_line=0,
        slow=0,
        quick_s=0,
        always_s=call_s,
        odd_receipts=0,
        bad_phones=0,
        away=0,
        usual=receipts,
    )
