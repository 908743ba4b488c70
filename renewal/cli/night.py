"""`renewal run`: one night's comparison by hand."""

from datetime import date

from rich.table import Table

from renewal.cli import words
from renewal.cli.console import out, progress_bar, say
from renewal.cli.live import live_stack
from renewal.cli.stack import opened
from renewal.cli.words import KINDS, OUTCOMES
from renewal.services.app import Services
from renewal.services.nightly import NightReport, run_night


def run(day: date | None, *, dry_run: bool = False) -> None:
    """Compare what is due on `day` (today where None) and print what came of it. A dry run writes nothing."""
    with opened() as services, progress_bar("比对") as move:
        report = run_night(services, day or services.today(), dry_run=dry_run, progress=move)
        running = live_stack(services.settings.state_dir) is not None
        table = _table(services, report)
    out.print(table)
    if dry_run:
        out.print("只是试算：没有写入，也没有通知。")
    elif report.notices.total() and not running:
        say("通知已经排好队；服务没有在运行，运行 make run 以后会发出")


def _table(services: Services, report: NightReport) -> Table:
    table = Table(title=f"{report.day} 的比对", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("比对", f"{report.outcomes.total()} 个证")
    table.add_row("今晚早先已比对", str(report.already_done))
    table.add_section()
    for outcome, title in OUTCOMES.items():
        table.add_row(title, str(report.outcomes[outcome]))
    table.add_section()
    for reason, count in report.reasons.most_common():
        table.add_row(f"失败原因：{words.field(services, reason)}", str(count))
    table.add_section()
    for (name, outcome), count in sorted(report.categories.items()):
        table.add_row(f"{words.category(services, name)}：{words.word(OUTCOMES, outcome)}", str(count))
    table.add_section()
    for kind, title in KINDS.items():
        table.add_row(f"通知：{title}", str(report.notices[kind]))
    table.add_section()
    table.add_row("用时", f"{report.seconds:.1f} 秒")
    return table
