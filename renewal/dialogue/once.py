"""What one of several answers tells already, another of them does not tell again."""

from renewal.dialogue.speaking import Pick

TELLS_THE_FAILURE = (
    "notice.failure.notice_dispute",
    "notice.failure.change_report",
)  # answers that begin with what the notice found


def without_twice(picks: dict[str, Pick]) -> list[Pick]:
    """The answers, without the last day of making it up where the verdict on a day to go names that too.

    That a home is in no list is not said of one whose owner is told to be no close relative.
    """
    visit = picks.get("days.may_go")
    twice = {"days.restore_by"} if visit is not None and visit.values["visit"] == "restores" else set()
    twice |= {"papers.not_listed"} if "relatives_scope.distant" in picks else set()
    twice |= {"dated.open", "dated.early", "dated.suspended", "days.line"} if visit is not None else set()
    twice |= {"days.restore_by"} if "dated.suspended" in picks and visit is None else set()
    listed = picks.get("papers.list")
    same_address = (
        listed is not None and listed.values["address_known"] and not listed.values["address_changed"]
    )
    twice |= {"change_report"} if same_address else set()
    twice |= {"materials"} if picks.keys() & {"id_lost", "lost_permit", "id_lost.permit_too"} else set()
    twice |= {"record.lag", "how_to_renew"} if "went.told" in picks else set()
    twice |= {"notice.failure.change_report"} if "notice.failure.in_person" in picks else set()
    twice |= {"handed.told"} if "handed.meanwhile" in picks else set()
    twice |= {"auto_renewal"} if "visit" in picks else set()
    if any(key.startswith(TELLS_THE_FAILURE) for key in picks):
        twice |= {"status.failed", "status.why"}
    return [pick for key, pick in picks.items() if key not in twice]
