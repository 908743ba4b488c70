"""Finds a kind's columns among a file's headings."""

from collections.abc import Sequence

from renewal.language.sheets import heading
from renewal.services.importing.checking import Layout
from renewal.services.importing.errors import ImportRefused
from renewal.services.importing.kinds import Kind
from renewal.services.importing.rejects import HEADINGS
from renewal.wording.staff import staff_sentence


def lay_out(kind: Kind, headings: Sequence[str]) -> Layout:
    """Where each column stands; those that a reject file adds may be there and are not looked at.

    Raises:
        ImportRefused: there are no headings, or one is missing, unknown or twice.
    """
    given = [name.strip() for name in headings]
    while given and not given[-1]:  # a comma, or a cell, after the last heading
        given.pop()
    wanted = "、".join(f"{column.name} {column.chinese[0]}" for column in kind.columns)
    if not given:
        raise ImportRefused("empty_file", columns=wanted)
    columns = [kind.headings.get(heading(name), "") for name in given]
    problems = {
        "unknown_columns": [
            f"“{name}”"
            for name, column in zip(given, columns, strict=True)
            if not column and heading(name) not in HEADINGS
        ],
        "missing_columns": [column.name for column in kind.columns if column.name not in columns],
        "repeated_columns": [column.name for column in kind.columns if columns.count(column.name) > 1],
    }
    found = [
        staff_sentence(f"import.{key}", columns="、".join(names)) for key, names in problems.items() if names
    ]
    if found:
        raise ImportRefused("bad_headings", problems="；".join(found), columns=wanted)
    return Layout(
        kind=kind.name, places=tuple(columns.index(column.name) for column in kind.columns), width=len(given)
    )
