"""`renewal texts preview`: each SMS template filled in, its segments and what it costs."""

from decimal import Decimal

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.console import out
from renewal.cli.stack import opened
from renewal.services.texts.templates import load_templates
from renewal.wording.staff import staff_sentence as sentence


def preview(*, price: float, people: int) -> None:
    """Print every template; with a price of one segment in yuan, also what `people` of it cost."""
    with opened() as services:
        templates = load_templates(services)
    each = Decimal(str(price))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("哪一种", "样子", "条数", *(("元",) if price else ())):
        table.add_column(heading, overflow="fold")
    for one in templates:
        cost = (f"{each * one.segments * people:.2f}",) if price else ()
        table.add_row(*(Text(cell) for cell in (one.name, one.body, str(one.segments), *cost)))
    out.print(table)
    if price:
        out.print(sentence("texts.cost", price=each, people=people))
