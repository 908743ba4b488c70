"""Files to import, and what a store holds after it."""

from collections.abc import Callable, Sequence
from csv import reader
from pathlib import Path

from sqlalchemy import func, inspect, select, text

from renewal.domain import Field
from renewal.services.app import Services
from renewal.services.importing import ImportResult, import_feed, kind_named
from renewal.store import Store
from renewal.store.models import BureauFact, Permit, Record

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
HOLDERS = "permit_no,name,phone,category,district,expires_on,address,employer,sponsor,marriage,school"
ROW = "P-1,样例甲,19900020001,employment,徐汇区,2026-12-05,徐汇区样例路1号,样例公司,,,"
RESIDENCE = "permit_no,address,phone,as_of_on"
TABLES = ("holders", "permits", "records", "bureau_facts", "visits", "changes", "audit")

Write = Callable[..., str]


def row(number: str, row_text: str = ROW) -> str:
    return row_text.replace("P-1", number)


def rows_of(store: Store, table: type) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def on_file(store: Store, number: str = "P-1") -> dict[Field, str]:
    with store.read() as session:
        return session.scalars(select(Record).join(Permit).where(Permit.number == number)).one().values


def facts(store: Store, number: str = "P-1") -> dict[Field, tuple[str, str, str]]:
    """Value, day and source of each fact that is known of a permit."""
    with store.read() as session:
        query = select(BureauFact).join(Permit).where(Permit.number == number)
        return {f.field: (f.value, f.as_of_on.isoformat(), f.source) for f in session.scalars(query)}


def everything(store: Store) -> dict[str, Sequence[object]]:
    """Every row of every table that an import writes."""
    with store.engine.connect() as connection:
        columns = {t: [c["name"] for c in inspect(connection).get_columns(t)] for t in TABLES}
        return {
            table: sorted(
                map(tuple, connection.execute(text(f"SELECT {', '.join(names)} FROM {table}"))), key=str
            )
            for table, names in columns.items()
        }


def rejected(result: ImportResult) -> list[list[str]]:
    """The reject file, its headings first."""
    assert result.rejects is not None
    with result.rejects.open(encoding="utf-8-sig", newline="") as file:
        return list(reader(file))


def feed(services: Services, kind: str, where: str) -> ImportResult:
    return import_feed(services, where, kind=kind_named(kind))
