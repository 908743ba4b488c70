"""What an import may refuse: a whole file, or one cell of a row."""

from renewal.domain import RenewalError
from renewal.wording.staff import staff_sentence

MOST_TOLD_CHARS = 1000  # of what a file says, in a sentence about it


class ImportRefused(RenewalError):
    """The file cannot be loaded, and nothing of it was; the message is one sentence."""

    def __init__(self, reason: str, **values: object) -> None:
        told = {name: _told(value) for name, value in values.items()}
        super().__init__(staff_sentence(f"import.{reason}", **told))


class ImportStopped(RenewalError):
    """The database failed in the middle; the chunks before it are kept, and importing again finishes."""

    def __init__(self, *, rows: int, detail: object) -> None:
        super().__init__(staff_sentence("import.stopped", rows=rows, detail=detail))


class BadCell(RenewalError):
    """One cell cannot be read; the message is the reason, without the cell's place."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(staff_sentence(f"import.{reason}", **values))


class BadRow(BadCell):
    """The cells do not go together; `column` is the one to look at."""

    def __init__(self, column: str, reason: str, **values: object) -> None:
        self.column = column
        super().__init__(reason, **values)


def _told(value: object) -> str:
    """What a file says, fit for one line of a terminal."""
    text = str(value)[:MOST_TOLD_CHARS]
    return text if text.isprintable() else "".join(char if char.isprintable() else "�" for char in text)
