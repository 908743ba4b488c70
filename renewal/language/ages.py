"""How old somebody is said to be, in a text that tells little else ("他17了", "我妈68")."""

import re

from renewal.language.dates import number
from renewal.language.text import simple

_AGE = re.compile(
    r"(?<![\d.])(?P<n>\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?)\s*(?:周?岁|years? old|yrs? old)(?!以[上下])"
    r"|(?:[他她它伊]|孩子|小孩|儿子|女儿|娃|老人|老人家|爷爷|奶奶|外公|外婆|[爸妈父母]亲?|\bs?he(?:'s| is))"
    r"\s*(?:也|都|今年|才|已经|刚|快|满|只有|有){0,4}\s*(?P<beside>\d{1,2})(?!\d|[.:：/\-年月日号点楼室万元块%])",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\s*(?:今年|才|已经|刚|满|只有|有){0,4}\s*(?P<n>\d{1,2})\s*(?:了|啦|的|吧)?\s*", re.IGNORECASE
)


def age_told(text: str, *, alone: bool) -> int | None:
    """The age in full years; with `alone`, a bare number is one."""
    text = simple(text)
    match = _AGE.search(text)
    written = (match["n"] or match["beside"]) if match else None
    if written is None and alone and (bare := _ALONE.fullmatch(text)):
        written = bare["n"]
    found = number(written) if written else None
    return None if found is None else int(found)
