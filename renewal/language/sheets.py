"""What spreadsheet programs and databases write into cells: formulas, marks of nothing, marks of something broken."""

import unicodedata

FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－﹢﹣＠﹫﹦−")  # half-width, full-width and small forms
MARK = "'"  # a spreadsheet program takes what follows it for text
# How an export says that it has nothing to say. It is no value: no address is "NULL", and nobody works at 暂无.
NOTHING = frozenset(
    "NULL null (null) <null> [NULL] #N/A N/A n/a NaN nan \\N / - — —— "
    "暂无 暂缺 不详 未详 未知 未填 未填写 无数据 无记录 待补 待填 空 （空） (空)".split()
)
# What a sheet shows instead of a value that it could not work out, or could not fit in.
BROKEN = frozenset("#REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED!".split())
LOST = "\ufffd"  # stands where a character was lost between two encodings
_HAN_FROM = "\u2e80"


def inert(cell: str) -> str:
    """The cell behind an apostrophe where it begins like a formula, also after what nobody sees; else as it is."""
    if not cell or cell[0].isalnum():
        return cell
    return f"{MARK}{cell}" if cell[0] in FORMULA_STARTS or _seen(cell)[:1] in FORMULA_STARTS else cell


def as_given(cell: str) -> str:
    """What `inert` was given."""
    return (
        cell[len(MARK) :] if cell.startswith(MARK) and inert(cell[len(MARK) :]) != cell[len(MARK) :] else cell
    )


def heading(cell: str) -> str:
    """A heading as it is looked up: half-width, without letter case, and a Chinese one without space in it."""
    plain = unicodedata.normalize("NFKC", cell).strip().casefold()
    return "".join(plain.split()) if any(char >= _HAN_FROM for char in plain) else plain


def is_broken(cell: str) -> bool:
    """Whether a sheet shows this where a value should be: an error, or nothing but the marks of a narrow column."""
    return cell in BROKEN or (cell.startswith("##") and not cell.strip("#"))


def _seen(cell: str) -> str:
    """The cell from its first character that is seen; an empty text is no formula."""
    return next((cell[at:] for at, char in enumerate(cell) if char.isprintable() and not char.isspace()), " ")
