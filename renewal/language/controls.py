"""Takes out of a text what no reader sees but a terminal, a browser or a log obeys."""

import re

from renewal.language.text import cut

# A terminal's orders, whole: what would be left of one is no word of anybody's. Each alternative ends before the
# next control character, so a text is passed once.
_ORDERS = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor, erasing
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"  # title, clipboard, links
    r"|\x1b[ -/]*[0-~]"
)
_NEW_LINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # direction, nothing, notes
    "\ud800-\udfff]"  # half a character
)
# Joiners stay where writing needs them: between letters of Arabic script (Uyghur, Persian), between pictures that
# make one (a family), in Mongolian; tags only in a flag.
_ARABIC = "[\u0620-\u065f\u066e-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"
_PICTURE = "[\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
_DRAWN = "[\ufe0f\u20e3\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_MONGOLIAN = "[\u1807\u180b-\u180d\u180f\u1820-\u18aa]"
_KEPT = (
    f"(?<={_ARABIC})[\u200c\u200d](?={_ARABIC})",
    f"(?<={_DRAWN})\u200d(?={_PICTURE})",
    f"(?<={_MONGOLIAN})[\u180e\u200c\u200d](?={_MONGOLIAN})",
    "(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f",
)
_JOINERS = re.compile(f"({'|'.join(_KEPT)})|[\u180e\u200c\u200d\U000e0000-\U000e007f]")


def as_kept(text: str) -> str:
    """A stranger's text as it is kept: cut where no reader goes on, and without what only a machine obeys."""
    return without_controls(cut(text))


def without_controls(text: str) -> str:
    """The text without a terminal's orders, control characters, marks of direction and what has no width.

    Line breaks stay, each as one line feed; a tab becomes a space. Emoji that are joined of several, and names in
    Arabic or Mongolian script, keep the joiners that they are written with. Done twice, it changes nothing more.
    """
    if text.isprintable() and text.isascii():
        return text
    plain = _NEW_LINE.sub("\n", _ORDERS.sub("", text)).replace("\t", " ")
    return _JOINERS.sub(lambda found: found.group(1) or "", _CONTROLS.sub("", plain))
