"""What happens on a day, by the words around it: papers handed in, a move, a visit, or something else."""

import re
from datetime import date
from typing import Literal

from renewal.language import words
from renewal.language.dates.around import Mention
from renewal.language.dates.mentions import Named
from renewal.language.dates.roles import is_of_the_permit, role_of_day, says_little
from renewal.language.dates.spans import Span

Act = Literal["", "hands_in", "moves_home", "leaves_town", "goes_to_renew", "other_event", "is_all_right"]
_ACTS: tuple[Act, ...] = (
    "hands_in",
    "moves_home",
    "leaves_town",
    "other_event",
    "goes_to_renew",
    "is_all_right",
)
GOES: tuple[Act, ...] = ("goes_to_renew", "is_all_right")
_SO_LONG_SINCE = re.compile(r"^(?:了|还|都|没|怎么|仍|\W|$)")
_LATIN_END = re.compile(r"[a-z]['\s]*$")


def is_free(mention: Mention) -> bool:
    """Whether the day is not the permit's expiry, nor another paper's, nor the landlord's."""
    if words.says("landlord", mention.before):
        return False
    if isinstance(mention.what, Span):
        return not mention.what.sure
    if role_of_day(mention.before, mention.after, mention.word) == "expiry":
        return False
    return is_of_the_permit(mention.before, mention.after)


def hands_in(mention: Mention, today: date) -> bool:
    """Whether papers were handed in then: "上周四材料交进去了"; of a span, "交了材料10天了"."""
    if words.says("asks_leave", mention.after) or words.says("asks_leave", mention.following):
        return False  # "今天可以去签了吗" tells of nothing that was done
    return _tells_of_papers(mention, today)


def _tells_of_papers(mention: Mention, today: date) -> bool:
    around = mention.before + mention.after
    dated = words.says("dates_the_papers", mention.before)
    again = dated or words.says("handed_in_again", mention.after)  # "15号退回来18号重新交的"
    back = words.says("sent_back", mention.after + mention.rest if again else around + mention.rest)
    if (
        back
        or words.says("counts_in", around)
        or (words.says("pays", around) and not words.says("papers", around))
    ):
        return False
    if isinstance(mention.what, Span) and not mention.what.way:
        return words.says("hands_in", mention.before) and bool(_SO_LONG_SINCE.match(mention.after))
    if again:
        return True
    if any(words.says("hands_in", said) for said in (mention.after, mention.before, around)):
        return True
    if mention.supposed or words.says("plans", around) or words.says("is_all_right", around):
        return False
    near = mention.what.on(today, "") if isinstance(mention.what, Named) else None
    return near is not None and near <= today and words.says("handing_in", around)


def act_of(mention: Mention) -> Act:
    """What the words beside the day say of it: those after it, else those before, else those of the next clause."""
    after, before = _first_act(mention.after), _last_act(mention.before)
    if words.says("until_then", mention.before) or words.says("puts_off", mention.before):
        return "goes_to_renew"
    if before and _LATIN_END.search(mention.before):
        return before  # "can I come tomorrow": English says it first
    if after == "other_event" and words.says("goes_after_it", mention.after):
        return "goes_to_renew"
    if after and not (after == "is_all_right" and before):
        return after
    if before:
        return before
    little = says_little(mention.before + mention.after)
    following = _first_act(mention.following) if little else ""
    return following if following in GOES else ""


def _first_act(said: str) -> Act:
    found = [(match.start(), act) for act in _ACTS if (match := words.find(act, said))]
    return min(found, key=lambda item: item[0])[1] if found else ""


def _last_act(said: str) -> Act:
    found = [(match.end(), act) for act in _ACTS for match in words.find_all(act, said)]
    return max(found, key=lambda item: item[0])[1] if found else ""
