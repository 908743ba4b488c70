"""Renewal at the window: what is taken, returned, reviewed, refused and endorsed, and what is kept and told of it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from renewal.dialogue.answering import answer as pick
from renewal.dialogue.own_record import asks_own, own_answer
from renewal.dialogue.understood import Understood
from renewal.domain import ApplicationState, Category, Field, Housing, IdChange, Situation
from renewal.domain.application import CountedFrom, Reviewer
from renewal.language.records import comparable
from renewal.services.app import Services
from renewal.services.applications.endorsing import endorse
from renewal.services.applications.handling import (
    Intake,
    bring_papers,
    open_application,
    pass_review,
    refuse_application,
    withdraw,
)
from renewal.services.applications.listing import list_applications, look_up
from renewal.services.applications.rows import ApplicationRefused, Done, NoSuchApplication
from renewal.services.talks import conversations
from renewal.services.talks.case import case_of
from renewal.services.talks.status import status
from renewal.services.texts import suppression
from renewal.services.texts.segments import segments
from renewal.store.models import (
    Application,
    AuditEntry,
    BureauFact,
    Change,
    Conversation,
    Delivery,
    Holder,
    Permit,
    Record,
)
from tests.loaded import ask_of

TODAY = date(2026, 11, 23)
PHONE = "+8619900009701"
NUMBER = "TEST-9701"
ON_FILE = {
    Field.ADDRESS: "样例路1号",
    Field.EMPLOYMENT: "样例公司",
    Field.PHONE: "19900009701",
    Field.SPONSOR: "健在",
    Field.MARRIAGE: "已婚",
    Field.ENROLMENT: "在读",
}
UNMOVED = Situation()
MOVED = Situation(address_changed=True, housing=Housing.RENTED)
REASON = "样例公司的社保已停缴"
Known = Callable[..., str]


@pytest.fixture
def known(services: Services) -> Known:
    """`known(days, …)`: the number of a permit that expires in so many days, all of whose facts match."""

    def make(
        days: int = 10, *, category: Category = Category.EMPLOYMENT, unlike: tuple[Field, ...] = (),
        unknown: tuple[Field, ...] = (), known_on: date = TODAY,
    ) -> str:  # fmt: skip
        with services.store.session() as session:
            holder = Holder(
                name="样例乙", phone=PHONE, phone_hash=services.store.phone_hash(PHONE), category=category,
                district="徐汇区", origin="import", created_at=services.now(),
            )  # fmt: skip
            session.add(holder)
            session.flush()
            permit = Permit(number=NUMBER, holder_id=holder.id, expires_on=TODAY + timedelta(days=days))
            session.add(permit)
            session.flush()
            filed = {field: comparable(field, said, services.store) for field, said in ON_FILE.items()}
            session.add(Record(permit_id=permit.id, **filed))
            for field, value in filed.items():
                if field not in unknown:
                    told = f"not {value}" if field in unlike else value
                    fact = BureauFact(
                        permit_id=permit.id, field=field, value=told, as_of_on=known_on, source="人社"
                    )
                    session.add(fact)
        return NUMBER

    return make


def take(
    services: Services, situation: Situation = UNMOVED, papers: frozenset[str] | None = None, **more
) -> Done:
    return open_application(
        services, NUMBER, Intake(situation=situation, papers=papers, **more), staff="小李"
    )


@dataclass(frozen=True)
class Kept:
    action: str
    was: str
    now: str
    why: str


def history(services: Services) -> list[Kept]:
    with services.store.read() as session:
        rows = session.scalars(select(Change).order_by(Change.id)).all()
        assert all(row.actor == "小李" and row.rulebook_version == services.rulebook.version for row in rows)
        return [Kept(row.action, row.was, row.now, row.why) for row in rows]


def permit(services: Services) -> Permit:
    with services.store.read() as session:
        return session.scalars(select(Permit).where(Permit.number == NUMBER)).one()


def texts(services: Services) -> list[str]:
    with services.store.read() as session:
        wanted = select(Delivery.body).where(Delivery.state != "suppressed")
        return list(session.scalars(wanted.order_by(Delivery.created_at, Delivery.id)))


def test_complete_papers_are_accepted_with_a_receipt_and_due_days(services, known) -> None:
    known()
    made = take(services).application
    assert made.state is ApplicationState.IN_REVIEW
    assert made.receipt_no.startswith("20261123-")
    assert made.accepted_on == TODAY
    assert [(review.reviewer, review.due_on) for review in made.reviews] == [
        (Reviewer.EMPLOYMENT, date(2026, 12, 7))
    ]
    assert made.due_on == date(2026, 12, 23)
    assert history(services) == [Kept("application.accepted", "", "in_review", "stages.receipt")]


def test_incomplete_papers_are_returned_with_what_is_missing_and_the_same_application_goes_on(
    services, known
) -> None:
    known()
    first = take(services, MOVED, frozenset({"application_form"})).application
    assert first.state is ApplicationState.RETURNED
    assert first.papers_missing == ("id_card_copy", "lease_filing")
    assert first.receipt_no == ""
    second = bring_papers(services, str(first.id), frozenset({"id_card_copy"}), staff="小李").application
    assert (second.id, second.state, second.papers_missing) == (
        first.id, ApplicationState.RETURNED, ("lease_filing",),
    )  # fmt: skip
    third = bring_papers(services, str(first.id), None, staff="小李").application
    assert (third.id, third.state, third.papers_missing) == (first.id, ApplicationState.IN_REVIEW, ())
    assert history(services) == [
        Kept("application.returned", "", "id_card_copy,lease_filing", "stages.incomplete"),
        Kept("application.returned", "returned", "lease_filing", "stages.incomplete"),
        Kept("application.accepted", "returned", "in_review", "stages.receipt"),
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("situation", "needed"),
    [
        (UNMOVED, {"application_form", "id_card_copy"}),
        (Situation(address_changed=True), {"application_form", "id_card_copy", "housing_proof"}),
        (
            Situation(address_changed=True, housing=Housing.RELATIVE, relative_home=Housing.OWN),
            {"application_form", "id_card_copy", "property_certificate", "kinship_proof"},
        ),
        (
            Situation(id_changes=frozenset({IdChange.NAME, IdChange.NUMBER})),
            {"application_form", "id_card_copy", "household_register_proof", "id_number_correction"},
        ),
    ],
)
def test_what_is_needed_follows_the_holders_situation(services, known, situation, needed) -> None:
    known()
    made = take(services, situation, frozenset())
    assert set(made.application.papers_missing) == needed
    brought = bring_papers(services, str(made.application.id), frozenset(needed), staff="小李")
    assert brought.application.state is ApplicationState.IN_REVIEW


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_paper_that_nobody_knows_and_a_visit_with_nothing_new_are_refused(services, known) -> None:
    known()
    with pytest.raises(ApplicationRefused, match=r"不认识材料 passport.*application_form"):
        take(services, UNMOVED, frozenset({"passport"}))
    made = take(services, UNMOVED, frozenset({"application_form"})).application
    with pytest.raises(ApplicationRefused, match="还缺：身份证复印件"):
        bring_papers(services, str(made.id), frozenset({"application_form"}), staff="小李")
    assert [kept.action for kept in history(services)] == ["application.returned"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("days", [31, 200])
def test_before_the_window_opens_nothing_is_taken_and_the_day_is_told(services, known, days) -> None:
    known(days)
    opens_on = TODAY + timedelta(days=days - 30)
    with pytest.raises(ApplicationRefused, match=f"从 {opens_on} 起"):
        take(services)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("days", [30, 0, -1, -60, -61, -400])
def test_from_the_windows_opening_on_it_is_taken_however_late(services, known, days) -> None:
    known(days)
    assert take(services).application.state is ApplicationState.IN_REVIEW


def test_a_permit_has_one_open_application_at_a_time(services, known) -> None:
    known()
    first = take(services).application
    with pytest.raises(ApplicationRefused, match=f"已有没办完的件 {first.receipt_no}"):
        take(services)
    withdraw(services, first.receipt_no, staff="小李")
    assert take(services).application.id != first.id


def test_of_many_windows_that_open_at_once_one_gets_the_application(services, known) -> None:
    known()
    opening = threading.Barrier(6)

    def open_one() -> str:
        opening.wait()
        try:
            return take(services).application.receipt_no
        except ApplicationRefused as refused:
            return str(refused)

    with ThreadPoolExecutor(6) as windows:
        said = [future.result() for future in [windows.submit(open_one) for _ in range(6)]]
    assert sum("已有没办完的件" in text for text in said) == 5
    assert len(texts(services)) == 1


def test_the_database_lets_no_second_open_application_in(services, known) -> None:
    known()
    take(services)
    copied = ", ".join(
        column.key for column in Application.__table__.columns if column.key not in ("id", "receipt_no")
    )
    again = text(f"INSERT INTO applications ({copied}) SELECT {copied} FROM applications")
    with services.store.session() as session, pytest.raises(IntegrityError):
        session.execute(again)


def test_after_the_passed_review_it_is_endorsed_for_a_year(services, known) -> None:
    known()
    receipt = take(services).application.receipt_no
    passed = pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李").application
    assert passed.state is ApplicationState.PASSED
    assert passed.reviews[0].passed_on == TODAY
    made = endorse(services, receipt, staff="小李")
    assert made.application.state is ApplicationState.ENDORSED
    assert made.late == ""
    assert (permit(services).expires_on, permit(services).endorsed_on) == (date(2027, 11, 23), TODAY)
    assert history(services)[1:] == [
        Kept("application.employment_passed", "in_review", "passed", "stages.employment_review_passed"),
        Kept("application.endorsed", "passed", "endorsed", "stages.approval"),
        Kept("endorsed", "2026-12-03", "2027-11-23", "endorsement.years"),
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_year_runs_from_acceptance_or_endorsement(services, known, on) -> None:
    known()
    receipt = take(services).application.receipt_no
    later = on(TODAY + timedelta(days=7))
    pass_review(later, receipt, Reviewer.EMPLOYMENT, staff="小李")
    made = endorse(later, receipt, staff="小李", counted_from=CountedFrom.ACCEPTED)
    assert made.application.expires_on == date(2027, 11, 23)
    assert made.application.endorsed_on == date(2026, 11, 30)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("days", "why"),
    [
        (0, "endorsement.years"),
        (-1, "overdue.restore_effect"),
        (-60, "overdue.restore_effect"),
        (-61, "overdue.beyond"),
    ],
)
def test_a_late_endorsement_says_in_the_history_by_which_clause(services, known, days, why) -> None:
    known(days)
    receipt = take(services).application.receipt_no
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    made = endorse(services, receipt, staff="小李")
    assert made.late == ("" if days == 0 else why)
    assert history(services)[-1].why == why
    assert permit(services).expires_on == date(2027, 11, 23)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("counted_from", "comes_to"),
    [
        (CountedFrom.ACCEPTED, ("overdue.restore_effect", date(2027, 11, 23))),
        (CountedFrom.ENDORSED, ("overdue.beyond", date(2027, 11, 25))),
    ],
)
def test_where_the_restoring_days_end_during_the_review_staff_say_which_day_counts(
    services, known, on, counted_from, comes_to
) -> None:
    known(-59)
    receipt = take(services).application.receipt_no
    later = on(TODAY + timedelta(days=2))
    pass_review(later, receipt, Reviewer.EMPLOYMENT, staff="小李")
    with pytest.raises(ApplicationRefused, match="请写明一年从哪天起"):
        endorse(later, receipt, staff="小李")
    made = endorse(later, receipt, staff="小李", counted_from=counted_from)
    assert (made.late, made.application.expires_on) == comes_to


def test_a_new_address_that_was_proved_is_on_file_and_the_newest_known(services, known) -> None:
    known(unlike=(Field.ADDRESS,))
    receipt = take(services, MOVED).application.receipt_no
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    endorse(services, receipt, staff="小李", address="上海市样例路２弄")
    value = comparable(Field.ADDRESS, "样例路2弄", services.store)
    with services.store.read() as session:
        key = permit(services).id
        fact = session.get_one(BureauFact, (key, Field.ADDRESS))
        on_file = session.get_one(Record, key).values
        assert on_file.keys() == ON_FILE.keys()
        assert on_file[Field.ADDRESS] == value
        assert (fact.value, fact.source, fact.as_of_on) == (value, "window", TODAY)
    assert "record.changed" in {kept.action for kept in history(services)}
    assert "样例路" not in str(history(services))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_address_without_a_proof_is_refused_and_nothing_is_endorsed(services, known) -> None:
    known()
    receipt = take(services).application.receipt_no
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    with pytest.raises(ApplicationRefused, match="不能改地址"):
        endorse(services, receipt, staff="小李", address="样例路2弄")
    assert permit(services).endorsed_on is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_bureaus_newer_address_is_not_overwritten_by_an_older_proof(services, known) -> None:
    known(known_on=TODAY + timedelta(days=1))
    receipt = take(services, MOVED).application.receipt_no
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    endorse(services, receipt, staff="小李", address="样例路2弄")
    with services.store.read() as session:
        assert session.get_one(BureauFact, (permit(services).id, Field.ADDRESS)).source == "人社"


def test_a_refusal_is_kept_encrypted_and_ends_the_application(services, known) -> None:
    known(category=Category.DEPENDANT)
    made = take(services).application
    refused = refuse_application(
        services, made.receipt_no, Reviewer.POLICE, f"{REASON} 310101199001011234", staff="小李"
    ).application
    assert (refused.state, refused.refused_by) == (ApplicationState.REFUSED, Reviewer.POLICE)
    assert history(services)[-1] == Kept(
        "application.refused", "in_review", "refused", "stages.police_review_refused"
    )
    with services.store.read() as session:
        raw = session.execute(text("SELECT written_reason FROM applications")).scalar_one()
        kept = session.scalars(select(Application.written_reason)).one()
    assert REASON not in raw
    assert REASON in kept
    assert "310101199001011234" not in kept
    assert take(services).application.id != made.id


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_only_the_bureau_that_the_category_has_reviews(services, known) -> None:
    known(category=Category.SCHOOLING)
    receipt = take(services).application.receipt_no
    for step in (pass_review, lambda *a, **k: refuse_application(*a, REASON, **k)):
        with pytest.raises(ApplicationRefused, match="不由人社部门核定"):
            step(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    assert (
        pass_review(services, receipt, Reviewer.POLICE, staff="小李").application.state
        is ApplicationState.PASSED
    )


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_step_that_the_state_does_not_allow_is_one_sentence_and_changes_nothing(services, known) -> None:
    known()
    receipt = take(services).application.receipt_no
    for step, says in (
        (lambda: endorse(services, receipt, staff="小李"), "正在核定"),
        (lambda: bring_papers(services, receipt, None, staff="小李"), "正在核定"),
        (lambda: refuse_application(services, receipt, Reviewer.EMPLOYMENT, "  ", staff="小李"), "写明理由"),
    ):
        with pytest.raises(ApplicationRefused, match=says):
            step()
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    with pytest.raises(ApplicationRefused, match="已经核定通过"):
        pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    endorse(services, receipt, staff="小李")
    for again in (endorse, withdraw):
        with pytest.raises(ApplicationRefused, match="已经签注"):
            again(services, receipt, staff="小李")
    assert len(history(services)) == 4


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_period_that_was_renewed_in_the_meantime_is_not_endorsed_again(services, known) -> None:
    known()
    receipt = take(services).application.receipt_no
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    with services.store.session() as session:
        session.scalars(select(Permit)).one().expires_on = date(2027, 12, 3)
    with pytest.raises(ApplicationRefused, match="2027-12-03"):
        endorse(services, receipt, staff="小李")


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("typed", ["20261123-0000178", "９９９", "abc", "", "20261123-000001"])
def test_an_application_that_is_not_there_is_said_to_be_so(services, known, typed) -> None:
    known()
    take(services)
    with pytest.raises(NoSuchApplication, match="renewal application list"):
        withdraw(services, typed, staff="小李")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_application_is_found_by_receipt_or_id_however_it_is_typed(services, known) -> None:
    known()
    made = take(services).application
    for typed in (made.receipt_no.lower(), f" {made.receipt_no} ", str(made.id)):
        assert look_up(services, typed, staff="小李").application.id == made.id


def test_overdue_reviews_are_listed_and_others_are_not(services, known, on) -> None:
    known()
    receipt = take(services).application.receipt_no
    in_time, late = on(date(2026, 12, 7)), on(date(2026, 12, 8))
    assert list_applications(in_time, overdue=True, with_ended=False, limit=9) == ((), 0)
    listed, count = list_applications(late, overdue=True, with_ended=False, limit=9)
    assert ([application.receipt_no for application in listed], count) == ([receipt], 1)
    assert listed[0].overdue
    pass_review(late, receipt, Reviewer.EMPLOYMENT, staff="小李")
    assert list_applications(late, overdue=True, with_ended=False, limit=9) == ((), 0)
    after_all = list_applications(on(date(2026, 12, 24)), overdue=True, with_ended=False, limit=9)[0]
    assert [(application.state, application.overdue) for application in after_all] == [
        (ApplicationState.PASSED, True)
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_over_is_listed_only_when_asked_for(services, known) -> None:
    known()
    withdraw(services, take(services).application.receipt_no, staff="小李")
    assert list_applications(services, overdue=False, with_ended=False, limit=9)[1] == 0
    assert list_applications(services, overdue=False, with_ended=True, limit=9)[1] == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_review_that_runs_into_a_year_without_published_holidays_says_so(services, known, on) -> None:
    known(40)
    made = take(on(date(2026, 12, 23))).application
    assert not made.holidays_known
    assert made.reviews[0].due_on == date(2027, 1, 7)  # New Year's Day is a holiday every year


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_looked_at_an_application_is_kept(services, known) -> None:
    known()
    made = take(services).application
    refuse_application(services, made.receipt_no, Reviewer.EMPLOYMENT, REASON, staff="小李")
    found = look_up(services, made.receipt_no, staff="小王")
    assert found.written_reason == REASON
    assert [event.action for event in found.events] == ["application.accepted", "application.refused"]
    with services.store.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "application.read")).one()
    assert (entry.actor, entry.subject) == ("小王", f"application:{made.id}")


def test_each_event_sends_one_text_with_no_name_and_no_number(services, known) -> None:
    known()
    made = take(services, UNMOVED, frozenset())
    assert made.told
    receipt = bring_papers(services, str(made.application.id), None, staff="小李").application.receipt_no
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    endorse(services, receipt, staff="小李")
    with pytest.raises(ApplicationRefused):
        endorse(services, receipt, staff="小李")
    said = texts(services)
    assert len(said) == 3
    returned, accepted, endorsed = said
    assert "申请续办表、身份证复印件" in returned
    assert receipt[-4:] in accepted
    assert "12月7日" in accepted
    assert "2027年11月23日" in endorsed
    for body in said:
        assert body.startswith("【")
        assert segments(body) <= 2
        for secret in ("样例乙", NUMBER, receipt, PHONE[3:]):
            assert secret not in body


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_text_about_a_refusal_does_not_hold_the_reason(services, known) -> None:
    known()
    receipt = take(services).application.receipt_no
    refuse_application(services, receipt, Reviewer.EMPLOYMENT, REASON, staff="小李")
    assert "书面意见" in texts(services)[-1]
    assert REASON not in texts(services)[-1]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("bad", [True, False])
def test_a_number_that_gets_no_texts_gets_none_and_staff_are_told(services, known, bad) -> None:
    known()
    with services.store.session() as session:
        holder = session.scalars(select(Holder)).one()
        holder.phone_ok = not bad
        if not bad:
            suppression.suppress(session, holder.phone_hash, "opt_out", services.now())
    assert not take(services).told
    assert texts(services) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_application_that_was_refused_halfway_leaves_nothing(services, known) -> None:
    known(unlike=(Field.PHONE,))
    with pytest.raises(ApplicationRefused):
        take(services, on_the_spot=True)
    assert texts(services) == []
    assert history(services) == []
    assert list_applications(services, overdue=False, with_ended=True, limit=9)[1] == 0


# On the spot.


@pytest.mark.parametrize(
    ("category", "clause"),
    [
        (Category.EMPLOYMENT, "on_the_spot.exchange_match"),
        (Category.DEPENDANT, "on_the_spot.population_match"),
    ],
)
def test_who_matches_in_everything_is_endorsed_on_the_spot(services, known, category, clause) -> None:
    known(category=category)
    made = take(services, on_the_spot=True)
    assert made.application.state is ApplicationState.ENDORSED
    assert made.application.on_the_spot
    assert made.application.reviews == ()
    assert permit(services).expires_on == date(2027, 11, 23)
    assert history(services) == [
        Kept("application.accepted", "", "passed", "stages.receipt"),
        Kept("application.endorsed", "passed", "endorsed", clause),
        Kept("endorsed", "2026-12-03", "2027-11-23", "endorsement.years"),
    ]
    assert len(texts(services)) == 1


@pytest.mark.parametrize(
    ("facts", "situation", "says"),
    [
        ({"unlike": (Field.EMPLOYMENT,)}, UNMOVED, "就业情况和登记的不一致"),
        ({"unknown": (Field.PHONE,)}, UNMOVED, "联系电话还没有这一期的比对数据"),
        ({"known_on": date(2026, 10, 1)}, UNMOVED, "还没有这一期的比对数据"),
        ({}, MOVED, "地址变了"),
    ],
)
def test_who_moved_differs_or_was_not_compared_hands_in_papers_instead(
    services, known, facts, situation, says
) -> None:
    known(**facts)
    with pytest.raises(ApplicationRefused, match=f"{says}.*去掉 --on-the-spot"):
        take(services, situation, on_the_spot=True)
    assert permit(services).endorsed_on is None
    assert take(services, situation).application.state is ApplicationState.IN_REVIEW


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_papers_brought_later_can_be_endorsed_on_the_spot(services, known) -> None:
    known()
    first = take(services, UNMOVED, frozenset(), on_the_spot=True).application
    assert first.state is ApplicationState.RETURNED
    made = bring_papers(services, str(first.id), None, staff="小李", on_the_spot=True).application
    assert made.state is ApplicationState.ENDORSED


# What the holder who asks is told.


@pytest.fixture
def asks(services: Services, known: Known) -> Callable[..., str]:
    """`asks(topic, text)`: what the holder is answered, by the wording of the own record; empty for the general."""

    def ask(topic: str, said: str = "", services: Services = services, channel: str = "sms") -> str:
        talk = conversations.for_phone(services, PHONE)
        with services.store.session() as session:
            session.get_one(Conversation, talk).channel = channel
        if topic == "my_status":
            return status(services, case_of(services, talk))[0].text
        found = case_of(services, talk)
        own = own_answer(
            ask_of(Understood(intent=topic, text=said), case=found, ground=services.ground()), topic
        )
        today = services.today()
        return services.wording.render(own.key, on=today, today=today, **own.values) if own else ""

    return ask


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_holder_is_told_each_stage_with_its_day_and_what_to_do(services, known, asks) -> None:
    known()
    made = take(services, UNMOVED, frozenset({"application_form"})).application
    assert "还缺：身份证复印件（验原件）。" in asks("my_status")
    receipt = bring_papers(services, str(made.id), None, staff="小李").application.receipt_no
    in_review = asks("my_status")
    for words in ("人社部门正在核定", "最晚12月7日", "12月23日办完", f"尾号{receipt[-4:]}"):
        assert words in in_review
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    assert "核定已经通过，等签注，最晚12月23日" in asks("my_status")
    endorse(services, receipt, staff="小李")
    endorsed = asks("my_status")
    assert "11月23日签注" in endorsed
    assert "有效期到2027年11月23日" in endorsed


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_refusal_is_told_without_its_reason_and_with_where_to_ask(services, known, asks) -> None:
    known()
    receipt = take(services).application.receipt_no
    refuse_application(services, receipt, Reviewer.EMPLOYMENT, REASON, staff="小李")
    for told in (asks("my_status"), asks("refused", "为什么没通过"), asks("my_status", channel="web")):
        assert "没有通过人社部门核定" in told
        assert "社区事务受理服务中心" in told
        assert "社保" not in told


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_days_that_may_move_and_reviews_that_are_late_are_told_so(services, known, asks, on) -> None:
    known(40)
    take(on(date(2026, 12, 23)))
    assert "放假安排还没公布" in asks("my_status", services=on(date(2026, 12, 24)))
    late = asks("my_status", services=on(date(2027, 1, 8)))
    assert "超期" in late
    assert "问一下进度" in late


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("topic_and_text", "own"),
    [
        (("review_time", "审核要多久"), True),
        (("review_time", "一般审核要多久"), False),
        (("review_time", "我朋友的要审多久"), False),
        (("processing_time", "什么时候能办好"), True),
        (("process", "窗口续签怎么办"), False),
        (("process", "我的办到哪一步了"), True),
        (("receipt", "受理回执是什么"), False),
        (("receipt", "我交了材料，回执呢"), True),
        (("materials", "要带什么材料"), False),
        (("materials", "还要带什么"), True),
        (("materials", "我老公续签要带什么"), False),
        (("review_time", "when will my review be done"), True),
        (("refused", "审核不通过怎么办"), False),
        (("auto_failed", "自动续签失败了怎么办"), True),
        (("auto_failed", "我朋友的自动续签失败了怎么办"), False),
        (("notice_meaning", "短信说失败是什么意思"), True),
        (("no_sms", "一直没收到短信"), True),
        (("fees", "我的收费吗"), False),
    ],
)
def test_a_question_of_a_general_topic_is_about_the_own_application_only_where_it_says_so(
    services, known, asks, topic_and_text, own
) -> None:
    known()
    take(services)
    assert ("正在核定" in asks(*topic_and_text)) is own


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("弄到哪一步啦", True),
        ("几号能拿到", True),
        ("how far along is it", True),
        ("我同事的进度怎么样", False),
        ("要交多少钱", False),
    ],
)
def test_who_handed_in_and_asks_for_progress_is_told_of_it_whatever_the_topic(
    services, known, said, own
) -> None:
    known()
    talk = conversations.for_phone(services, PHONE)
    before = case_of(services, talk)
    text = Understood(intent="inform", text=said)
    assert not asks_own(ask_of(text, case=before, ground=services.ground())), "nothing is handed in yet"
    take(services)
    case = case_of(services, talk)
    assert asks_own(ask_of(text, case=case, ground=services.ground())) is own


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("accepted", "key"), [(True, "status.application.in_review"), (False, "dated.suspended")]
)
def test_who_is_overdue_with_an_application_accepted_is_not_sent_to_the_window_again(
    services, known, accepted, key
) -> None:
    known(-5)
    if accepted:
        take(services)
    found = case_of(services, conversations.for_phone(services, PHONE))
    asked = Understood(intent="overdue", text="我逾期了怎么办", entities={}, confidence=1.0)
    assert pick(ask_of(asked, case=found, ground=services.ground()), "overdue").key == key


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_whose_papers_are_missing_is_told_which_when_asking_what_to_bring(services, known, asks) -> None:
    known()
    take(services, MOVED, frozenset({"application_form", "id_card_copy"}))
    assert "还缺：房屋租赁合同登记备案证明" in asks("materials", "还要带什么")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_application_that_was_withdrawn_or_is_of_an_earlier_period_answers_nothing(
    services, known, asks, on
) -> None:
    known()
    receipt = take(services).application.receipt_no
    withdraw(services, receipt, staff="小李")
    assert "正在自动比对" in asks("my_status")
    receipt = take(services).application.receipt_no
    pass_review(services, receipt, Reviewer.EMPLOYMENT, staff="小李")
    endorse(services, receipt, staff="小李")
    next_year = on(date(2027, 11, 1))
    assert "正在自动比对" in asks("my_status", services=next_year)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_who_is_not_known_is_told_of_an_application(services, known) -> None:
    known()
    take(services)
    stranger = conversations.open_anonymous(services, "web")
    assert "受理" not in status(services, case_of(services, stranger))[0].text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("language", ["zh", "zh-Hant", "en"])
def test_every_answer_about_an_application_fits_a_phone_with_all_papers_missing(services, language) -> None:
    every = [
        key.removeprefix("materials.names.") for key in services.rulebook.clauses if "materials.names" in key
    ]
    worst = ("application_form", "id_card_copy", "relative_home_proof", "kinship_proof")
    worst += ("household_register_proof", "id_number_correction")
    assert set(worst) < set(every)
    values = {"today": TODAY, "expires_on": date(2027, 1, 15), "missing_papers": worst}
    edition = services.wording.edition(language)
    for key, most in (("status.application.returned", 2), ("application_text.returned", 2)):
        text = services.wording.render("sms.signature") + edition.render(key, on=TODAY, **values)
        assert segments(text) <= (most if language != "en" else 4), text
    for paper in every:
        assert services.wording.edition("en").render(f"label.paper.{paper}")
