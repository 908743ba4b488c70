"""The widget as one script: its modules joined, each after those that it needs, with the style sheet inside."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "widget"
FIRST = "main.js"
SHEET = "sheet.js"  # stands for the style sheet: a module that only joining makes
_IMPORT = re.compile(r'^import \{[^}\n]+\} from "\./([\w.]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|let|function|async function|class)", re.MULTILINE)
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The script as it is served, as it is and compressed. `tag` changes with its content."""

    plain: bytes
    gzipped: bytes
    tag: str


@cache
def widget_script() -> Script:
    """The whole widget, read and joined at the first request for it.

    One file asks for one round trip, and works on a page of another origin, where modules would need more rights.
    """
    modules = "\n".join(_body(name) for name in _in_order(FIRST, []))
    plain = f'(() => {{\n"use strict";\n{modules}\n}})();\n'.encode()
    return Script(
        plain=plain, gzipped=gzip.compress(plain, mtime=0), tag=hashlib.sha256(plain).hexdigest()[:16]
    )


def _in_order(name: str, found: list[str]) -> list[str]:
    """The modules that one needs, each after those that it needs itself."""
    if name not in found:
        for needed in _IMPORT.findall(_read(name)):
            _in_order(needed, found)
        found.append(name)
    return found


def _read(name: str) -> str:
    if name != SHEET:
        return (FOLDER / name).read_text("utf-8")
    sheet = _shortened(_REMARK.sub("", (FOLDER / "widget.css").read_text("utf-8")))
    return f"export const SHEET = {json.dumps(sheet, ensure_ascii=False)};"


def _body(name: str) -> str:
    """A module's statements. All stand in one scope, so no two modules may use one name."""
    return _shortened(_EXPORT.sub("", _IMPORT.sub("", _read(name))))


def _shortened(text: str) -> str:
    """The text without indents, blank lines and whole lines of remarks; no string of ours goes over several lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
