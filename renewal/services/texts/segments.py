"""How many SMS segments a text takes (GSM 03.38 where it can, UCS-2 otherwise)."""

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€\f")  # each goes out as an escape and a character

_GSM_SINGLE_UNITS, _GSM_PART_UNITS = 160, 153
_UCS2_SINGLE_UNITS, _UCS2_PART_UNITS = 70, 67


def segments(body: str) -> int:
    """Number of segments that `body` is sent and charged as; a blank text is one.

    Counted in septets where every character is in the GSM alphabet, else in UTF-16 units
    (70 in one segment, 67 in each of several). A character is never cut in two by a segment's end.
    Source: 3GPP TS 23.038 (alphabets) and 23.040 (texts in several segments).
    """
    if all(char in _GSM_BASIC or char in _GSM_EXTENDED for char in body):
        sizes = [2 if char in _GSM_EXTENDED else 1 for char in body]
        return _count(sizes, _GSM_SINGLE_UNITS, _GSM_PART_UNITS)
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in body]
    return _count(sizes, _UCS2_SINGLE_UNITS, _UCS2_PART_UNITS)


def _count(sizes: list[int], single_units: int, part_units: int) -> int:
    if sum(sizes) <= single_units:
        return 1
    parts, used_units = 1, 0
    for size in sizes:
        if used_units + size > part_units:
            parts, used_units = parts + 1, 0
        used_units += size
    return parts
