"""Turns the cells of a holder's row or a bureau's row into a checked record, or into one sentence of reasons."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from renewal.domain import Category, Field
from renewal.services.csv_rows import BadCell, RowError
from renewal.services.records import (
    CATEGORY_WORDS,
    DISTRICTS,
    FIELD_WORDS,
    VALUE_WORDS,
    NotComparable,
    comparable,
    district_named,
    mobile_number,
)
from renewal.services.staff_wording import staff_sentence
from renewal.store import Store

HOLDER_HEADINGS = {
    "permit_no": "permit_no", "居住证号": "permit_no", "证号": "permit_no",
    "name": "name", "姓名": "name",
    "phone": "phone", "联系电话": "phone", "电话": "phone", "手机": "phone",
    "category": "category", "类别": "category",
    "district": "district", "区": "district", "所在区": "district",
    "expires_on": "expires_on", "到期日": "expires_on", "有效期至": "expires_on",
    "address": "address", "居住地址": "address", "地址": "address",
    "employer": "employer", "单位": "employer", "工作单位": "employer",
    "sponsor": "sponsor", "投靠人": "sponsor",
    "marriage": "marriage", "婚姻": "marriage", "婚姻状况": "marriage",
    "school": "school", "学校": "school", "就读学校": "school",
}  # fmt: skip
FEED_HEADINGS = {
    "permit_no": "permit_no", "居住证号": "permit_no", "证号": "permit_no",
    "field": "field", "项目": "field",
    "value": "value", "值": "value", "内容": "value",
    "as_of_on": "as_of_on", "截至日": "as_of_on", "日期": "as_of_on",
    "source": "source", "来源": "source",
}  # fmt: skip
ON_FILE = {
    "address": Field.ADDRESS,
    "employer": Field.EMPLOYMENT,
    "sponsor": Field.SPONSOR,
    "marriage": Field.MARRIAGE,
}
SOURCES = {
    "公安": "police",
    "人社": "hrss",
    "民政": "civil_affairs",
    "社保": "social_insurance",
    "社保中心": "social_insurance",
    "教育": "education",
}
MOST_CHARS = 100
YEARS = range(2000, 2100)
_PERMIT_NO = re.compile(r"[0-9A-Za-z-]+")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月|(\d\d))(\d{1,2})日?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderRow:
    """One permit and its holder as a file gives them; `on_file` is in comparable form."""

    line: int
    number: str
    name: str
    phone: str
    category: Category
    district: str
    expires_on: date
    on_file: Mapping[Field, str]

    @property
    def key(self) -> tuple[object, ...]:
        """What only one row of a file may have."""
        return (self.number,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """What a bureau says of one field of one permit; `value` is in comparable form."""

    line: int
    number: str
    field: Field
    value: str
    as_of_on: date
    source: str

    @property
    def key(self) -> tuple[object, ...]:
        """What only one row of a file may have."""
        return (self.number, self.field, self.as_of_on, self.source)


def holder_row(store: Store, line: int, cells: Mapping[str, str]) -> HolderRow | RowError:
    """A checked holder, or every reason why the row is none."""
    check = _Check(line, cells)
    number, name = check("permit_no", _permit_no), check("name", str)
    phone = check("phone", _phone)
    category = check("category", lambda text: _word(text, CATEGORY_WORDS))
    district, expires_on = check("district", _district), check("expires_on", _day)
    on_file: dict[Field, str] = {
        field: check(column, partial(_comparable, store, field))
        for column, field in ON_FILE.items()
        if cells[column]
    }
    if check.problems:
        return check.error()
    on_file[Field.PHONE] = store.value_hash(phone)
    if cells["school"]:
        on_file[Field.ENROLMENT] = VALUE_WORDS[Field.ENROLMENT]["在读"]
    return HolderRow(
        line=line,
        number=number,
        name=name,
        phone=phone,
        category=category,
        district=district,
        expires_on=expires_on,
        on_file=on_file,
    )


def fact_row(store: Store, line: int, cells: Mapping[str, str]) -> FactRow | RowError:
    """A checked fact, or every reason why the row is none."""
    check = _Check(line, cells)
    number = check("permit_no", _permit_no)
    field = check("field", lambda text: _word(text, FIELD_WORDS))
    value = check("value", lambda text: _comparable(store, field, text) if field else text)
    as_of_on, source = check("as_of_on", _day), check("source", str)
    if check.problems:
        return check.error()
    return FactRow(
        line=line,
        number=number,
        field=field,
        value=value,
        as_of_on=as_of_on,
        source=SOURCES.get(source, source),
    )


class _Check:
    """Reads a row's cells one by one and keeps every reason against it."""

    def __init__(self, line: int, cells: Mapping[str, str]) -> None:
        self._line, self._cells = line, cells
        self.problems: list[str] = []

    def __call__(self, column: str, read: Callable[[str], Any]) -> Any:
        """The cell as read; None, with the reason kept, where it cannot be."""
        try:
            return read(_required(self._cells[column]))
        except BadCell as bad:
            self.problems.append(staff_sentence("import.problem", column=column, reason=bad))
            return None

    def error(self) -> RowError:
        """Every reason in one line."""
        return RowError(line=self._line, sentence="；".join(self.problems))


def _required(text: str) -> str:
    if not text:
        raise BadCell("required")
    if len(text) > MOST_CHARS:
        raise BadCell("too_long", most=MOST_CHARS)
    return text


def _permit_no(text: str) -> str:
    number = unicodedata.normalize("NFKC", text).upper()
    if not _PERMIT_NO.fullmatch(number):
        raise BadCell("bad_permit_no")
    return number


def _phone(text: str) -> str:
    number = mobile_number(text)
    if number is None:
        raise BadCell("bad_phone")
    return number


def _day(text: str) -> date:
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if match:
        year, *months, day = match.groups()
        try:
            found = date(int(year), int(next(filter(None, months))), int(day))
        except ValueError:
            pass
        else:
            if found.year in YEARS:
                return found
    raise BadCell("bad_date", text=text[:20])


def _district(text: str) -> str:
    name = district_named(text)
    if name is None:
        raise BadCell("unknown_word", text=text[:20], words="、".join(DISTRICTS))
    return name


def _word(text: str, words: Mapping[str, Any]) -> Any:
    try:
        return words[unicodedata.normalize("NFKC", text).casefold()]
    except KeyError:
        raise BadCell("unknown_word", text=text[:20], words="、".join(words)) from None


def _comparable(store: Store, field: Field, text: str) -> str:
    try:
        return comparable(field, text, store)
    except NotComparable:
        if field is Field.PHONE:
            raise BadCell("bad_phone") from None
        raise BadCell("unknown_word", text=text[:20], words="、".join(VALUE_WORDS[field])) from None
