"""`renewal application`: what staff can type about renewals at the window."""

from typing import Annotated

import typer

from renewal.cli.numbers import LARGEST
from renewal.domain import Housing, IdChange
from renewal.domain.application import CountedFrom, Reviewer

app = typer.Typer(help="窗口续签：收件、核定、签注。", no_args_is_help=True)

PermitNo = Annotated[str, typer.Argument(metavar="证号", show_default=False)]
ApplicationNo = Annotated[str, typer.Argument(metavar="件", help="受理编号，或件号", show_default=False)]
Papers = Annotated[list[str] | None, typer.Option("--paper", help="带来的一样材料，可以写几次")]
AllPapers = Annotated[bool, typer.Option("--all-papers", help="要的材料都齐了")]
OnTheSpot = Annotated[bool, typer.Option("--on-the-spot", help="比对属实的，当场签注")]
By = Annotated[Reviewer, typer.Option("--by", help="employment 人社部门，police 公安部门")]
Staff = Annotated[str, typer.Option("--staff", help="谁在操作；系统的登录名总是一起记下")]


@app.command("open")
def open_(
    number: PermitNo,
    *,
    address_changed: Annotated[
        bool, typer.Option("--address-changed", help="现在住的和登记的不一致")
    ] = False,
    housing: Annotated[
        Housing | None,
        typer.Option("--housing", help="own 自购，rented 租，dormitory 宿舍，relative 近亲属家"),
    ] = None,
    relative_home: Annotated[
        Housing | None, typer.Option("--relative-home", help="近亲属的房子是 own 自购还是 rented 租的")
    ] = None,
    id_changed: Annotated[
        list[IdChange] | None,
        typer.Option("--id-changed", help="身份证变了 address 地址、name 姓名、number 号码，可以写几次"),
    ] = None,
    paper: Papers = None,
    all_papers: AllPapers = False,
    on_the_spot: OnTheSpot = False,
    staff: Staff = "",
) -> None:
    """收件：材料齐的受理，给回执；不齐的退还，告知缺什么。不写材料，就是什么也没带。"""
    from renewal.cli import applications

    applications.open_application(
        number,
        address_changed=address_changed,
        housing=housing,
        relative_home=relative_home,
        id_changes=frozenset(id_changed or ()),
        papers=applications.papers(paper, all_papers=all_papers),
        on_the_spot=on_the_spot,
        staff=staff,
    )


@app.command()
def papers(
    application: ApplicationNo,
    paper: Papers = None,
    all_papers: AllPapers = False,
    on_the_spot: OnTheSpot = False,
    staff: Staff = "",
) -> None:
    """补材料：齐了就受理。"""
    from renewal.cli import applications

    brought = applications.papers(paper, all_papers=all_papers)
    applications.bring(application, brought, on_the_spot=on_the_spot, staff=staff)


@app.command("pass")
def pass_(application: ApplicationNo, by: By, staff: Staff = "") -> None:
    """记核定通过。"""
    from renewal.cli import applications

    applications.passed(application, by, staff=staff)


@app.command()
def refuse(
    application: ApplicationNo,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="书面意见里的理由（加密保存）")],
    staff: Staff = "",
) -> None:
    """记核定不通过和书面理由，办结。"""
    from renewal.cli import applications

    applications.refused(application, by, reason, staff=staff)


@app.command()
def endorse(
    application: ApplicationNo,
    address: Annotated[str, typer.Option("--address", help="核过证明的新地址（只存带密钥的散列）")] = "",
    counted_from: Annotated[
        CountedFrom | None,
        typer.Option("--from", help="一年从哪天起：accepted 受理之日，endorsed 签注之日（不写就是这个）"),
    ] = None,
    staff: Staff = "",
) -> None:
    """签注：核定都通过的，有效期延长。"""
    from renewal.cli import applications

    applications.endorsed(application, address=address, counted_from=counted_from, staff=staff)


@app.command()
def withdraw(application: ApplicationNo, staff: Staff = "") -> None:
    """撤件：持证人不办了，或收错了。"""
    from renewal.cli import applications

    applications.withdrawn(application, staff=staff)


@app.command()
def show(application: ApplicationNo, staff: Staff = "") -> None:
    """看一件：到哪一步，什么时候要完，经过怎样。"""
    from renewal.cli import applications

    applications.show(application, staff=staff)


@app.command("list")
def list_(
    overdue: Annotated[bool, typer.Option("--overdue", help="只列超期的")] = False,
    with_ended: Annotated[bool, typer.Option("--all", help="办结的也列出")] = False,
    limit: Annotated[int, typer.Option(min=1, max=LARGEST, help="最多列出多少件")] = 200,
) -> None:
    """列出件：到哪一步，核定期限，最晚哪天办完，还缺什么。"""
    from renewal.cli import applications

    applications.list_applications(overdue=overdue, with_ended=with_ended, limit=limit)
