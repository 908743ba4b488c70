"""Why somebody looks a holder up: a chosen reason, or their own words. Without one nobody looks."""

from dataclasses import dataclass
from enum import StrEnum

from renewal.domain import RenewalError
from renewal.language.for_staff import reason_kept
from renewal.wording.staff import staff_sentence

REASON_CHARS = range(4, 121)


class Reason(StrEnum):
    """Why somebody looks; OTHER is typed."""

    CALLBACK = "callback"
    AT_WINDOW = "at_window"
    TALK = "talk"
    NOTICE = "notice"
    COMPLAINT = "complaint"
    CHECK = "check"
    OTHER = "other"


class SearchRefused(RenewalError):
    """The search cannot be made as it was asked for; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reason of a search: a chosen one, or one's own words."""

    reason: Reason
    words: str = ""

    @classmethod
    def of(cls, reason: str, words: str) -> "Why":
        """What was chosen and typed, with numbers masked.

        Raises:
            SearchRefused: nothing was chosen, or the words are missing, too short or too long.
        """
        if reason not in set(Reason):
            raise SearchRefused(staff_sentence("search.no_reason"))
        said = reason_kept(words)
        if reason == Reason.OTHER and len(said) not in REASON_CHARS:
            least, most = REASON_CHARS.start, REASON_CHARS.stop - 1
            raise SearchRefused(staff_sentence("search.say_why", least=least, most=most))
        return cls(reason=Reason(reason), words=said[: REASON_CHARS.stop - 1])

    @property
    def told(self) -> str:
        """The reason in words."""
        chosen = staff_sentence(f"search.reason.{self.reason}")
        return (
            staff_sentence("search.reason_with_words", reason=chosen, words=self.words)
            if self.words
            else chosen
        )
