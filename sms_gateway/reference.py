"""The description of the public routes (http.yml), as far as one app has them, and that made plain to read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from flask import Flask
from werkzeug.routing import Rule

FILE = Path(__file__).with_name("http.yml")
METHODS = ("get", "post", "put", "patch", "delete")
STAFF = "desk"  # the pages of staff, signed in: no part of what the public is offered
OWN_OF_FLASK = frozenset({"HEAD", "OPTIONS"})
DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value that is given or got: where it stands, its name, its kind, whether it must be there."""

    where: str
    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What may come back: the status (or `default`), what it means, its kind, the values in it."""

    status: str
    about: str
    kind: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one route."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    about: str
    key: str
    fields: tuple[Field, ...]
    answers: tuple[Answer, ...]


@cache
def description() -> Mapping[str, Any]:
    """All that http.yml says."""
    return cast(Mapping[str, Any], yaml.safe_load(FILE.read_text("utf-8")))


def routes(app: Flask) -> set[tuple[str, str]]:
    """The public routes of an app, each with its path as OpenAPI writes it and one method in small letters."""
    return {
        (_path(rule), method.lower())
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.partition(".")[0].startswith(STAFF)
        for method in (rule.methods or set()) - OWN_OF_FLASK
    }


def described(app: Flask, site: str) -> dict[str, Any]:
    """The description of what this app has, served at `site`; parts that nothing of it names are left in."""
    there = routes(app)
    paths = {
        path: {name: part for name, part in item.items() if name not in METHODS or (path, name) in there}
        for path, item in description()["paths"].items()
        if any((path, method) in there for method in METHODS)
    }
    return {**description(), "servers": [{"url": site}], "paths": paths}


def operations(spec: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Each method of each route, in the order of the file."""
    return tuple(
        _operation(spec, path, method, item)
        for path, item in spec["paths"].items()
        for method in METHODS
        if method in item
    )


def _path(rule: Rule) -> str:
    """/a/<path:b> as /a/{b}."""
    first, *places = rule.rule.split("<")
    named = [place.partition(">") for place in places]
    return first + "".join(f"{{{name.rpartition(':')[2]}}}{rest}" for name, _, rest in named)


def _operation(spec: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]) -> Operation:
    told = item[method]
    given = [*item.get("parameters", ()), *told.get("parameters", ())]
    fields = [
        Field(
            where=each["in"],
            name=each["name"],
            kind=_kind(spec, each["schema"]),
            required=each.get("required", False),
            about=each.get("description", ""),
        )
        for each in given
    ]
    body = _resolved(spec, told["requestBody"]) if "requestBody" in told else None
    key = [name for each in told.get("security", spec["security"]) for name in each]
    return Operation(
        id=told["operationId"],
        tag=told["tags"][0],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        about=told.get("description", ""),
        key=spec["components"]["securitySchemes"][key[0]]["description"] if key else "",
        fields=(*fields, *(_content(spec, body)[1] if body else ())),
        answers=tuple(_answer(spec, status, each) for status, each in told["responses"].items()),
    )


def _answer(spec: Mapping[str, Any], status: str, told: Mapping[str, Any]) -> Answer:
    found = _resolved(spec, told)
    kind, fields = _content(spec, found)
    return Answer(status=status, about=found["description"], kind=kind, fields=fields)


def _content(spec: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[str, tuple[Field, ...]]:
    """The media type of a body, and the values in it."""
    for media, content in told.get("content", {}).items():
        return media, tuple(_fields(spec, content["schema"], "body"))
    return "", ()


def _fields(
    spec: Mapping[str, Any], schema: Mapping[str, Any], where: str, before: str = ""
) -> Iterator[Field]:
    found = _resolved(spec, schema)
    if "items" in found:
        yield from _fields(spec, found["items"], where, f"{before}[]")
    for name, each in found.get("properties", {}).items():
        inner = _resolved(spec, each)
        place = f"{before}.{name}".lstrip(".")
        yield Field(
            where=where,
            name=place,
            kind=_kind(spec, each),
            required=name in found.get("required", ()),
            about=inner.get("description", ""),
        )
        yield from _fields(spec, each, where, place)


def _kind(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A schema's kind in few words: integer 0…9, string ≤ 100, one of a, b."""
    found = _resolved(spec, schema)
    if "const" in found:
        return str(found["const"]).lower()
    if "enum" in found:
        return " | ".join(found["enum"])
    kind = found.get("type", "")
    named = " | ".join(kind) if isinstance(kind, list) else str(kind)
    if "format" in found:
        named += f" ({found['format']})"
    if "maxLength" in found:
        named += f" ≤ {found['maxLength']}"
    if "maximum" in found:
        named += f" {found['minimum']}…{found['maximum']}"
    return named


def _resolved(spec: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a `$ref` points at; the part itself where it is none."""
    if "$ref" not in part:
        return part
    found: Any = spec
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return cast(Mapping[str, Any], found)
