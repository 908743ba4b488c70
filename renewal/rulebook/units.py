"""The units a clause may have, and what a value in each looks like."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from renewal.domain import Category, Field, RuleValue, Stage


class WrongValueError(Exception):
    """The value does not fit its unit; the message says what would."""


def _count(value: object) -> RuleValue:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongValueError("要写整数")
    return value


def _span(value: object) -> RuleValue:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise WrongValueError("要写不小于零的整数")
    return value


def _text(value: object) -> RuleValue:
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError("要写文字")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(i, str) and i.strip() for i in value):
        raise WrongValueError("要写一列文字")
    if len(set(value)) != len(value):
        raise WrongValueError("同一项写了两次")
    return tuple(value)


def _members(kind: type[StrEnum]) -> Callable[[object], RuleValue]:
    def check(value: object) -> RuleValue:
        names = _texts(value)
        unknown = [name for name in names if name not in set(kind)]
        if unknown:
            raise WrongValueError(f"不认识 {'、'.join(unknown)}，只能写 {'、'.join(kind)}")
        return names

    return check


def _table(value: object) -> RuleValue:
    if not isinstance(value, dict) or not value:
        raise WrongValueError("要写一张“名称: 数”的表")
    for name, count in value.items():
        if not isinstance(name, str) or isinstance(count, bool) or not isinstance(count, int):
            raise WrongValueError("要写一张“名称: 数”的表")
    return MappingProxyType(value)


UNITS: Mapping[str, Callable[[object], RuleValue]] = MappingProxyType(
    {
        "calendar-day": _span,
        "workday": _span,
        "hour": _span,
        "month": _span,
        "year": _span,
        "time": _span,
        "age": _span,
        "point": _count,
        "point-table": _table,
        "text": _text,
        "text-list": _texts,
        "material-list": _texts,
        "field-list": _members(Field),
        "category-list": _members(Category),
        "stage-list": _members(Stage),
    }
)
