"""Reads the rulebook, and refuses it whole where anything in it is not as it should be."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType

import yaml

from renewal.domain import Certainty, Clause, Document, RenewalError, Rulebook, RuleValue, Source
from renewal.rulebook.strict_yaml import BadDateError, DuplicateKeyError, read_yaml
from renewal.rulebook.units import UNITS, WrongValueError

DOCUMENTS = "documents.yml"
REQUIRED = ("title", "unit", "certainty", "source", "values")
OPTIONAL = ("note", "later")
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
TOP_KEY = re.compile(r"([^\s#:][^\s:]*):")
DATED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
VERSION_CHARS = 12


class RulebookError(RenewalError):
    """The rulebook can't be used; the message names the file and the clause, and says what is wrong."""


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """The rulebook of a folder of YAML files; without one, the rulebook that comes with this package.

    Raises:
        RulebookError: a file or a clause is not as it should be.
    """
    folder = folder or Path(__file__).parent
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise RulebookError(f"文件夹 {folder.name} 里没有规则文件（*.yml）")
    digest = hashlib.sha256()
    documents: dict[str, Document] = {}
    clauses: dict[str, Clause] = {}
    files: dict[str, str] = {}
    for path in paths:
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        entries = _entries(path, content)
        if path.name == DOCUMENTS:
            documents = {key: _document(key, entry) for key, entry in entries.items()}
            continue
        for key, entry in entries.items():
            clauses[key] = _clause(path, key, entry)
            files[key] = path.name
    _check_references(clauses, documents, files)
    return Rulebook(
        clauses=MappingProxyType(clauses),
        documents=MappingProxyType(documents),
        version=digest.hexdigest()[:VERSION_CHARS],
    )


def _fail(file: str, key: str, what: str) -> RulebookError:
    return RulebookError(f"规则文件 {file} 的条款 {key}：{what}")


def _entries(path: Path, content: bytes) -> Mapping[str, object]:
    text = ""
    try:
        text = content.decode("utf-8")
        loaded = read_yaml(text)
    except BadDateError as error:
        what = f"{error.text} 不是日期，历上没有这一天"
        raise _fail(path.name, _clause_at(text, error.line), what) from None
    except DuplicateKeyError as error:
        if str(error.key) == _clause_at(text, error.line):
            raise _fail(path.name, str(error.key), f"写了两次（第 {error.line} 行）") from None
        what = f"同一天 {error.key} 写了两个值" if isinstance(error.key, date) else f"{error.key} 写了两次"
        raise _fail(path.name, _clause_at(text, error.line), what) from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" 第 {mark.line + 1} 行" if mark else ""
        raise RulebookError(f"规则文件 {path.name}{where}：不是能读的 YAML（{_reason(error)}）") from None
    if not isinstance(loaded, dict) or not loaded:
        raise RulebookError(f"规则文件 {path.name}：里面没有条款")
    return loaded


def _clause_at(text: str, line: int) -> str:
    """The key of the clause that a line (counted from 1) belongs to: the nearest unindented one above."""
    above = [match[1] for row in text.splitlines()[:line] if (match := TOP_KEY.match(row))]
    return above[-1] if above else "（开头）"


def _reason(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error)


def _document(key: object, entry: object) -> Document:
    if not isinstance(key, str) or not isinstance(entry, dict):
        raise _fail(DOCUMENTS, str(key), "要写 title 等各项")
    unknown = sorted(str(name) for name in set(entry) - {"title", "dated", "address"})
    if unknown:
        raise _fail(DOCUMENTS, key, f"不认识的项 {'、'.join(unknown)}")
    if not isinstance(entry.get("title"), str):
        raise _fail(DOCUMENTS, key, "没有 title")
    dated, address = entry.get("dated", ""), entry.get("address", "")
    if not isinstance(dated, str) or (dated and not DATED.fullmatch(dated)):
        raise _fail(DOCUMENTS, key, 'dated 要写成加引号的 "年"、"年-月" 或 "年-月-日"')
    if not isinstance(address, str):
        raise _fail(DOCUMENTS, key, "address 要写文字")
    return Document(id=key, title=entry["title"], dated=dated, address=address)


def _clause(path: Path, key: object, entry: object) -> Clause:
    file = path.name
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise _fail(file, str(key), "名字要写成小写英文的“主题.条款”")
    if key.partition(".")[0] != path.stem:
        raise _fail(file, key, f"应当写在 {key.partition('.')[0]}.yml 里")
    if not isinstance(entry, dict):
        raise _fail(file, key, f"要写 {'、'.join(REQUIRED)} 各项")
    unknown = sorted(str(name) for name in set(entry) - {*REQUIRED, *OPTIONAL})
    if unknown:
        raise _fail(file, key, f"不认识的项 {'、'.join(unknown)}")
    for name in REQUIRED:
        if entry.get(name) in (None, "", {}, []):
            raise _fail(file, key, f"没有 {name}")
    if entry["certainty"] not in set(Certainty):
        raise _fail(file, key, f"certainty 只能写 {'、'.join(Certainty)}")
    for name in ("title", "note"):
        if not isinstance(entry.get(name, ""), str):
            raise _fail(file, key, f"{name} 要写文字")
    return Clause(
        key=key,
        title=entry["title"],
        unit=_unit(file, key, entry["unit"]),
        source=_source(file, key, entry["source"]),
        certainty=Certainty(entry["certainty"]),
        values=_values(file, key, entry["unit"], entry["values"]),
        note=entry.get("note", ""),
        later=_later(file, key, entry.get("later", [])),
    )


def _unit(file: str, key: str, unit: object) -> str:
    if not isinstance(unit, str) or unit not in UNITS:
        raise _fail(file, key, f"不认识的单位 {unit}，只能写 {'、'.join(UNITS)}")
    return unit


def _source(file: str, key: str, source: object) -> Source:
    if not isinstance(source, dict) or set(source) - {"fact"} != {"document", "place"}:
        raise _fail(file, key, "source 要写 document 和 place 两项，另可写 fact")
    if not all(isinstance(part, str) and part.strip() for part in source.values()):
        raise _fail(file, key, "source 的各项要写文字")
    return Source(document=source["document"], place=source["place"], fact=source.get("fact", ""))


def _values(file: str, key: str, unit: str, values: object) -> tuple[tuple[date, RuleValue], ...]:
    if not isinstance(values, dict):
        raise _fail(file, key, "values 要写成“日期: 值”")
    dated: list[tuple[date, RuleValue]] = []
    for day, value in values.items():
        if not isinstance(day, date) or isinstance(day, datetime):
            raise _fail(file, key, f"{day} 不是日期，要写成 年-月-日")
        try:
            dated.append((day, UNITS[unit](value)))
        except WrongValueError as error:
            raise _fail(file, key, f"{day} 的值不合单位 {unit}：{error}") from None
    return tuple(sorted(dated, key=lambda pair: pair[0]))


def _later(file: str, key: str, later: object) -> tuple[str, ...]:
    if not isinstance(later, list) or not all(isinstance(name, str) for name in later):
        raise _fail(file, key, "later 要写一列条款的名字")
    return tuple(later)


def _check_references(
    clauses: Mapping[str, Clause], documents: Mapping[str, Document], files: Mapping[str, str]
) -> None:
    for key, clause in clauses.items():
        if clause.source.document not in documents:
            raise _fail(files[key], key, f"来源 {clause.source.document} 没有列在 {DOCUMENTS} 里")
        for name in clause.later:
            if name not in clauses:
                raise _fail(files[key], key, f"later 所指的条款 {name} 不存在")
        papers = chain.from_iterable(value for _, value in clause.values if isinstance(value, tuple))
        for paper in papers if clause.unit == "material-list" else ():
            if f"materials.names.{paper}" not in clauses:
                raise _fail(files[key], key, f"材料 {paper} 没有名字（缺条款 materials.names.{paper}）")
