"""`renewal notices`: which notices were made, for whom, and how far each got."""

from rich.box import SIMPLE_HEAD
from rich.table import Table

from renewal.cli.console import out
from renewal.cli.labels import KINDS, STATES, field, label
from renewal.cli.stack import opened
from renewal.services.app import Services
from renewal.services.renewals.notice_list import ListedNotice, list_notices
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
