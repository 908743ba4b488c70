"""What a text says about the talk and about its writer: admits, supposes, sets right, asks of the own record.

The words are concepts of `words/*/talk.yml`; here stands only how they go together.
"""

import re

from renewal.language.text import plain, simple
from renewal.language.words import find, is_only, says, without

# A text that is nothing but an age of two digits, however it is led to.
_BARE_AGE = re.compile(
    r"(?:那|那么|如果|要是|我){0,4}(?:今年|是|满){0,4}\s*(?:\d{2}|[二三四五六]?十[一二三四五六七八九]?)\s*(?:周?岁)?了?(?:的?话)?呢?[\s?。]*"
    r"|(?:what about|how about|and|at|if i'?m|i'?m)?\s*(?:age )?\d{2}(?: years old)?[\s?.]*",
    re.IGNORECASE,
)
# Topics that words of a text name whatever stands around them, and the concept that names each.
_NAMED = {
    "other_business": "other_permit",
    "notice_genuine": "opens_link",
    "overdue": "overdue_word",
    "opt_out_question": "no_more_texts",
}


def admits_change(text: str) -> bool:
    """Whether a text owns up to a change (a move, a divorce) instead of denying it."""
    return says("change_happened", text) and not says("denies", text)


def goes_soon(text: str) -> bool:
    """Whether a text names a near day as the day to go, which is no day of expiry."""
    return says("goes_soon", text)


def supposes(text: str) -> bool:
    """Whether what a text tells is only supposed."""
    return any(says(concept, text) for concept in ("supposes", "supposes_after", "would_go"))


def speaks_of_expiry(text: str) -> bool:
    """Whether a text speaks of a permit's expiry in so many words."""
    return says("expiry", text)


def is_about_self(text: str) -> bool:
    """Whether a text speaks of its writer."""
    return says("about_self", text)


def is_about_others(text: str) -> bool:
    """Whether a text speaks of people in general, or of somebody else."""
    return says("about_others", text)


def is_about_own_papers(text: str) -> bool:
    """Whether a text speaks of papers that its writer has handed in."""
    return says("of_ones_papers", text)


def asks_own_day(text: str) -> bool:
    """Whether a text asks when the permit expires, or how many days are left."""
    return says("asks_own_day", text)


def asks_how_late(text: str) -> bool:
    """Whether a text asks how long the permit has been overdue."""
    return says("asks_how_late", text)


def asks_why(text: str) -> bool:
    """Whether a text asks for a reason."""
    return says("asks_why", text)


def asks_progress(text: str) -> bool:
    """Whether a text asks how far a renewal that was handed in has come, for its writer."""
    return says("asks_progress", text) and not is_about_others(text)


def asks(text: str) -> bool:
    """Whether a text asks anything."""
    return "?" in plain(text) or says("asks", text)


def wants_english(text: str) -> bool:
    """Whether a text asks for the answer in English."""
    return says("wants_english", text)


def sets_right(text: str) -> bool:
    """Whether a text sets right what was said or understood before."""
    return says("sets_right", text)


def follows_up(text: str) -> bool:
    """Whether a text begins or ends as one that leans on the text before."""
    return says("follows_up", text)


def is_bare_age(text: str) -> bool:
    """Whether a text is nothing but an age."""
    return _BARE_AGE.fullmatch(simple(text)) is not None


def is_only_a_span(text: str) -> bool:
    """Whether a text is nothing but a span of time ("59天嘞")."""
    return is_only("only_a_span", text)


def speaks_of_codes(text: str) -> bool:
    """Whether a text speaks of a code sent by SMS."""
    return says("verification_code", text)


def names_topic(text: str) -> str:
    """The topic that words of the text name, whatever it was taken for; empty where none does."""
    named = next((topic for topic, concept in _NAMED.items() if says(concept, text)), "")
    return named or ("points_estimate" if asks_estimate(text) else "")


def asks_estimate(text: str) -> bool:
    """Whether a text asks to add up points and tells an age or years, or gives a number with it."""
    asked = find("estimates_points", text)
    if asked is None:
        return False
    rest = asked.string[asked.end() :]
    formal = asked.group().startswith("积分")
    return any(char.isdigit() for char in rest) and (formal or says("age_or_years", rest))


def names_permit_of(text: str, cities: tuple[str, ...]) -> bool:
    """Whether the permit that a text names is another city's ("北京居住证过期了")."""
    clean = simple(text)
    return any(
        f"{city}{part}{of}{permit}" in clean
        for city in cities
        for part in ("", "市", "省")
        for of in ("", "的", "发的", "办的", "领的", "签发的", "办理的", "那边的")
        for permit in ("居住证", "工作居住证", "暂住证")
    )


def beyond_asking_for_person(text: str) -> str:
    """What a text says beside that it wants a person or a call, in its plain form."""
    return without("asks_for_person", text)


def is_titled(name: str) -> bool:
    """Whether a name is no full name but a title's ("王女士", "小王")."""
    return says("titled", name)
