"""`renewal notices`: which notices were made, for whom, how far each got and step by step; another try."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.actor import actor
from renewal.cli.console import out
from renewal.cli.labels import KINDS, STATES, field, label
from renewal.cli.sending import tell_retried
from renewal.cli.stack import opened
from renewal.services.app import Services
from renewal.services.renewals.notice_list import ListedNotice, course_of, list_notices
from renewal.services.texts import dead_letters
from renewal.settings import SHANGHAI


def notices(*, limit: int) -> None:
    """Print the newest notices; times are Shanghai's."""
    with opened() as services:
        listed, count = list_notices(services, limit=limit)
        rows = [_row(services, notice) for notice in listed]
    if not listed:
        out.print("还没有通知。renewal run 比对以后才会有。")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("时间", "持证人", "证", "到期日", "通知"):
        table.add_column(heading, no_wrap=True)
    for heading in ("原因", "短信"):
        table.add_column(heading, min_width=8)
    table.add_column("次数", justify="right")
    for row in rows:
        table.add_row(*row)
    out.print(table)
    if count > len(listed):
        out.print(f"共 {count} 条，这里是最近 {len(listed)} 条；--limit 可以看更多")


def show(permit: str) -> None:
    """Print each step of a permit's notices, the provider's own words with it."""
    with opened() as services:
        steps = course_of(services, permit)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("通知", "时间", "短信", "运营商的话", "原因"):
        table.add_column(heading, overflow="fold")
    for step in steps:
        at = f"{step.at.astimezone(SHANGHAI):%m-%d %H:%M:%S}"
        cells = (label(KINDS, step.kind), at, label(STATES, step.state), step.raw, step.reason)
        table.add_row(*(Text(cell) for cell in cells))
    out.print(table)


def retry(permit: str, *, staff: str) -> None:
    """Send a permit's notices that did not get through once more."""
    with opened() as services:
        retried = dead_letters.retry_permit(services, permit, staff=actor(staff))
    tell_retried(retried)


def _row(services: Services, notice: ListedNotice) -> tuple[str, ...]:
    state = label(STATES, notice.state)
    return (
        f"{notice.made_at.astimezone(SHANGHAI):%m-%d %H:%M}",
        notice.holder,
        notice.permit,
        notice.period_on.isoformat(),
        label(KINDS, notice.kind),
        "、".join(field(services, reason.value) for reason in notice.reasons),
        f"{state}（{notice.error_code}）" if notice.error_code else state,
        str(notice.attempts),
    )
