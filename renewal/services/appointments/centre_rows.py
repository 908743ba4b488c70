"""The file of centres: read as CSV in either encoding and with either language's headings, checked line by line."""

import csv
import io
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renewal.domain import RenewalError
from renewal.domain.centre_hours import BadHours, Span, parse_hours
from renewal.language.contact import check_phone
from renewal.language.links import find_links
from renewal.language.records import DISTRICTS, district_named
from renewal.services.importing import ImportRefused
from renewal.services.importing.files import open_plain
from renewal.services.texts.said import allowed_links
from renewal.wording.staff import staff_sentence

ENCODINGS = ("utf-8-sig", "gb18030")
HEADINGS = {
    "code": "code", "编号": "code", "代码": "code", "中心编号": "code",
    "name": "name", "名称": "name", "中心": "name", "中心名称": "name",
    "district": "district", "区": "district", "所在区": "district",
    "address": "address", "地址": "address",
    "phone": "phone", "电话": "phone", "联系电话": "phone",
    "hours": "hours", "时间": "hours", "办公时间": "hours", "开放时间": "hours",
    "slot_minutes": "slot_minutes", "每段分钟": "slot_minutes", "时段分钟": "slot_minutes",
    "capacity": "capacity", "每段人数": "capacity", "号源": "capacity",
}  # fmt: skip
COLUMNS = tuple(dict.fromkeys(HEADINGS.values()))
MOST_CHARS = {"code": 20, "name": 30, "address": 40, "hours": 200}
MOST_BYTES = 16 << 20
SLOT_MINUTES = range(5, 241)
CAPACITY = range(1001)
CODE_CHARS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreRow:
    """One centre as the file gives it. A capacity of none takes no appointments."""

    code: str
    name: str
    district: str
    address: str
    phone: str
    hours: str
    slot_minutes: int
    capacity: int


class CentresRefused(RenewalError):
    """The file was not loaded, and nothing of it was kept; the message has a line for each that is wrong."""


class _Bad(Exception):
    """One cell cannot be read; the message is the reason."""


def read_centres(path: Path) -> tuple[CentreRow, ...]:
    """Every centre of the file.

    Raises:
        CentresRefused: the file cannot be read as CSV, its headings are wrong, or a line of it is.
    """
    table = _table(path)
    columns = _columns(next(iter(table), (0, []))[1])
    rows: list[CentreRow] = []
    errors: list[str] = []
    first_lines: dict[str, int] = {}
    for line, cells in table[1:]:
        found = _row(columns, cells)
        if isinstance(found, str):
            errors.append(_sentence("row", line=line, problems=found))
        elif found.code in first_lines:
            problem = _sentence("duplicate", code=found.code, other=first_lines[found.code])
            errors.append(_sentence("row", line=line, problems=problem))
        else:
            first_lines[found.code] = line
            rows.append(found)
    if errors:
        raise CentresRefused("\n".join(errors))
    return tuple(rows)


def _table(path: Path) -> list[tuple[int, list[str]]]:
    """The lines that are not blank, with their numbers."""
    try:
        with os.fdopen(open_plain(path, MOST_BYTES), "rb") as file:
            raw = file.read()
    except ImportRefused as refused:
        raise CentresRefused(str(refused)) from None
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise CentresRefused(_sentence("no_file", name=path.name, detail=detail)) from None
    reader = csv.reader(io.StringIO(_decoded(raw), newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                lines.append((reader.line_num, cells))
    except csv.Error:
        raise CentresRefused(_sentence("bad_csv", line=reader.line_num)) from None
    return lines


def _decoded(raw: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CentresRefused(_sentence("bad_encoding"))


def _columns(headings: Sequence[str]) -> list[str]:
    columns = [HEADINGS.get(heading.casefold(), "") for heading in headings]
    problems = {
        "unknown_columns": [name for name, column in zip(headings, columns, strict=True) if not column],
        "missing_columns": [column for column in COLUMNS if column not in columns],
        "repeated_columns": [column for column in COLUMNS if columns.count(column) > 1],
    }
    found = [_sentence(key, columns="、".join(names)) for key, names in problems.items() if names]
    if found:
        raise CentresRefused("；".join(found))
    return columns


def _row(columns: Sequence[str], cells: Sequence[str]) -> CentreRow | str:
    """The centre, or every reason why the line is none, in one sentence."""
    if len(cells) != len(columns):
        return _sentence("wrong_width", found=len(cells), expected=len(columns))
    values: dict[str, Any] = {}
    problems: list[str] = []
    for column, text in zip(columns, cells, strict=True):
        try:
            values[column] = _READERS[column](_given(column, text))
        except _Bad as bad:
            problems.append(_sentence("problem", column=column, reason=bad))
    if not problems and not _has_slots(values):
        problems.append(_sentence("no_slots", minutes=values["slot_minutes"]))
    return "；".join(problems) if problems else CentreRow(**values)


def _has_slots(values: Mapping[str, Any]) -> bool:
    spans: set[Span] = {span for spans in parse_hours(values["hours"]).by_weekday for span in spans}
    shortest = min(_minutes(span) for span in spans)
    return shortest >= int(values["slot_minutes"])


def _minutes(span: Span) -> int:
    return (span.closes.hour - span.opens.hour) * 60 + span.closes.minute - span.opens.minute


def _given(column: str, text: str) -> str:
    if not text:
        raise _Bad(_sentence("required"))
    most = MOST_CHARS.get(column, max(MOST_CHARS.values()))
    if len(text) > most:
        raise _Bad(_sentence("too_long", most=most))
    return text


def _code(text: str) -> str:
    code = unicodedata.normalize("NFKC", text).upper()
    if not CODE_CHARS.issuperset(code) or code.startswith("-"):
        raise _Bad(_sentence("bad_code"))
    return code


def _words(text: str) -> str:
    """What is sent by SMS as it stands."""
    if links := find_links(text, allowed_links()):
        raise _Bad(_sentence("link", link=links[0]))
    return text


def _district(text: str) -> str:
    name = district_named(text)
    if name is None:
        raise _Bad(_sentence("unknown_district", text=text, districts="、".join(DISTRICTS)))
    return name


def _phone(text: str) -> str:
    if check_phone(text) is None:
        raise _Bad(_sentence("bad_phone"))
    return text


def _hours(text: str) -> str:
    try:
        parse_hours(text)
    except BadHours as bad:
        raise _Bad(_sentence(f"hours.{bad.reason}", part=bad.part)) from None
    return text


def _whole(within: range) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = unicodedata.normalize("NFKC", text)
        if not digits.isdecimal() or int(digits) not in within:
            raise _Bad(_sentence("bad_number", least=within.start, most=within.stop - 1))
        return int(digits)

    return read


def _sentence(key: str, **values: object) -> str:
    return staff_sentence(f"centres.{key}", **values)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "code": _code,
    "name": _words,
    "district": _district,
    "address": _words,
    "phone": _phone,
    "hours": _hours,
    "slot_minutes": _whole(SLOT_MINUTES),
    "capacity": _whole(CAPACITY),
}
