"""What a spreadsheet program would run: a cell that begins like a formula is written so that it is read as text."""

FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－﹢﹣＠﹫﹦−")  # half-width, full-width and small forms
MARK = "'"  # a spreadsheet program takes what follows it for text


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


def _seen(cell: str) -> str:
    """The cell from its first character that is seen; an empty text is no formula."""
    return next((cell[at:] for at, char in enumerate(cell) if char.isprintable() and not char.isspace()), " ")
