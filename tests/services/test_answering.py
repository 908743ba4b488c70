"""A text that cannot be answered now is answered later; one that cannot be answered at all keeps no other waiting."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from renewal.dialogue.says import BotMessage
from renewal.services.keeping import leavings
from renewal.services.night import staff
from renewal.services.talks import answering, handover, inbound, inbound_rounds
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.services.texts.provider import InboundText, NotOffered, SendError, SendFailure
from renewal.store.models import AuditEntry, Delivery, Suppression
from renewal.store.models import InboundText as InboundRow
from tests.gateway.queue_view import open_queue, queued

PHONE = "+8619900000001"
POISON = "毒"
SIGNATURE = "【续签助手】"


class Assistant:
    """The wire's end: away altogether, or alive and unable to answer one text; the others are answered at `length`."""

    def __init__(self) -> None:
        self.away, self.heard, self.length = False, [], 3

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        self.heard.append(text)
        if self.away or text == POISON:
            raise AssistantUnavailable("no", alive=not self.away)
        return (BotMessage(text="这是答复。" * (self.length // 3)),)


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


def came(services, body: str, ref: str, *, at=None, **more: object) -> str:
    """A text that came in at `at`; its id."""
    text = InboundText(provider="carrier", provider_ref=ref, phone=PHONE, body=body, **more)
    inbound.receive(services, text, at or services.now())
    with services.store.read() as session:
        return session.scalars(select(InboundRow.id).where(InboundRow.provider_ref == ref)).one()


def row(services, inbound_id: str) -> InboundRow:
    with services.store.read() as session:
        return session.get_one(InboundRow, inbound_id)


def replies(services) -> list[str]:
    with services.store.read() as session:
        bodies = session.scalars(select(Delivery.body).order_by(Delivery.created_at))
        return [body.removeprefix(SIGNATURE) for body in bodies]


def jobs(services) -> list[str]:
    return [job.workflow_id for job in queued(services) if job.name == "answer_inbound"]


def jobs_end(services) -> None:
    """All jobs that wait end without effect, as after a fault that nobody foresaw."""
    client = open_queue(services)
    for name in jobs(services):
        client.cancel_workflow(name)


def words(services, key: str) -> str:
    return services.wording.render(key, channel="sms")


def tried_until_set_aside(services, assistant, inbound_id: str) -> None:
    """Each try at the moment for which the one before it put it on the queue."""
    at = row(services, inbound_id).received_at
    for _ in range(len(answering.WAITS_OF_FAILURE_S) + 1):
        answering.answer_inbound(services, assistant, inbound_id, at)
        at = row(services, inbound_id).next_try_at


def test_a_text_that_a_living_assistant_cannot_answer_is_set_aside_and_the_next_is_answered(
    services, assistant
) -> None:
    poison, other = came(services, POISON, "SM1"), came(services, "在吗", "SM2")
    tried_until_set_aside(services, assistant, poison)
    assert assistant.heard.count(POISON) == 5
    assert row(services, poison).set_aside_at is not None
    assert row(services, other).answered_at is not None
    assert replies(services) == [words(services, "sms.set_aside"), "这是答复。"]
    with services.store.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "text.set_aside")).one()
        assert (entry.subject, entry.detail) == (poison, {"why": "no answer", "tries": 5})


def test_a_text_that_was_set_aside_waits_in_the_staffs_list_until_they_wrote_to_its_phone(
    services, assistant
) -> None:
    poison = came(services, POISON, "SM1", at=services.now() - timedelta(minutes=10))
    tried_until_set_aside(services, assistant, poison)
    (waiting,), count = staff.list_waiting(services, "set_aside_texts", limit=10)
    talk = row(services, poison).conversation_id
    assert (waiting.conversation_id, count) == (talk, 1)
    handover.say(services, talk, "您好，我来看看。", staff="sample")
    assert staff.list_waiting(services, "set_aside_texts", limit=10)[1] == 0


def test_an_outage_sets_nothing_aside_however_long_it_lasts(services, assistant) -> None:
    waiting = came(services, "在吗", "SM1")
    assistant.away = True
    for _ in range(30):
        assert not answering.answer_inbound(services, assistant, waiting, services.now())
    assert row(services, waiting).failures == 0
    assistant.away = False
    assert answering.answer_inbound(services, assistant, waiting, services.now())


def test_retries_and_the_safety_net_never_use_up_each_others_names(services, assistant) -> None:
    waiting = came(services, "在吗", "SM1")
    assistant.away, at = True, services.now()
    for _ in range(6):
        answering.answer_inbound(services, assistant, waiting, at)
        at += timedelta(hours=1)
        jobs_end(services)
        assert inbound_rounds.requeue_forgotten(services, at, 10) == 1
    assert len(set(jobs(services))) == 13


def test_a_text_whose_job_ended_without_an_answer_is_queued_again_after_a_minute(services) -> None:
    came(services, "在吗", "SM1")
    jobs_end(services)
    soon, later = (services.now() + timedelta(seconds=s) for s in (50, 70))
    assert inbound_rounds.requeue_forgotten(services, soon, 10) == 0
    assert inbound_rounds.requeue_forgotten(services, later, 10) == 1
    assert inbound_rounds.requeue_forgotten(services, later, 10) == 0


def test_a_text_whose_job_waits_in_a_long_queue_gets_no_second_job(services) -> None:
    came(services, "在吗", "SM1")
    assert inbound_rounds.requeue_forgotten(services, services.now() + timedelta(hours=1), 10) == 0
    assert len(jobs(services)) == 1


def test_a_retry_that_still_waits_is_left_alone_by_the_safety_net(services, assistant) -> None:
    poison = came(services, POISON, "SM1")
    for _ in range(4):
        answering.answer_inbound(services, assistant, poison, services.now())
    assert inbound_rounds.requeue_forgotten(services, services.now() + timedelta(minutes=2), 10) == 0


def test_texts_at_the_head_do_not_keep_the_others_from_being_queued_again(services) -> None:
    for number in range(4):
        came(services, "在吗", f"SM{number}")
    jobs_end(services)
    later = services.now() + timedelta(minutes=5)
    for _ in range(2):
        inbound_rounds.requeue_forgotten(services, later, 2)
    assert len(jobs(services)) == 8


def test_jobs_of_one_phones_later_texts_do_not_hurry_the_tries_of_its_first(services, assistant) -> None:
    poison, *others = (came(services, body, f"SM{n}") for n, body in enumerate((POISON, "一", "二", "三")))
    answering.answer_inbound(services, assistant, poison, services.now())
    for other in others:
        answering.answer_inbound(services, assistant, other, services.now())
    assert assistant.heard == [POISON]


def test_a_text_that_nobody_could_answer_for_days_is_set_aside_with_a_word_to_its_phone(services) -> None:
    old = came(services, "在吗", "SM1", at=services.now() - timedelta(days=3, minutes=1))
    assert inbound_rounds.set_aside_old(services, services.now()) == 1
    assert row(services, old).set_aside_at is not None
    assert replies(services) == [words(services, "sms.set_aside")]


def test_few_are_set_aside_in_one_round(services) -> None:
    for number in range(12):
        came(services, "在吗", f"SM{number}", at=services.now() - timedelta(days=4))
    assert inbound_rounds.set_aside_old(services, services.now()) == inbound_rounds.SET_ASIDE_AT_ONCE


def test_a_picture_without_words_gets_a_sentence_and_nothing_else(services) -> None:
    picture = came(services, "", "MM1", pictures=1)
    assert replies(services) == [words(services, "sms.pictures")]
    assert (row(services, picture).answered_at is not None, jobs(services)) == (True, [])


def test_words_beside_a_picture_are_answered_after_the_sentence(services, assistant) -> None:
    both = came(services, "这个材料行吗", "MM1", pictures=2)
    answering.answer_inbound(services, assistant, both, services.now())
    assert replies(services) == [words(services, "sms.pictures"), "这是答复。"]


def test_a_very_long_answer_comes_in_pieces_and_goes_on_when_asked(services, assistant) -> None:
    assistant.length = 1200
    long = came(services, "材料", "SM1")
    answering.answer_inbound(services, assistant, long, services.now())
    hint = words(services, "sms.more")
    asked = 0
    while (shown := replies(services))[-1].endswith(hint):
        asked += 1
        came(services, "更多", f"SM1{asked}")
    assert "".join(shown).replace(hint, "") == "这是答复。" * 400
    assert (asked, len(jobs(services))) == (2, 1)


def test_more_is_an_ordinary_text_where_nothing_is_left_to_say(services, assistant) -> None:
    came(services, "更多", "SM1")
    assert len(jobs(services)) == 1


def test_another_question_ends_the_rest_of_a_long_answer(services, assistant) -> None:
    assistant.length = 1200
    for number, body in enumerate(("材料", "在哪")):
        inbound_id = came(services, body, f"SM{number}")
        answering.answer_inbound(services, assistant, inbound_id, services.now())
        assistant.length = 3
    came(services, "更多", "SM9")
    assert len(jobs(services)) == 3


def test_the_rest_of_a_long_answer_goes_with_the_text_that_called_for_it(services, assistant) -> None:
    assistant.length = 1200
    long = came(services, "材料", "SM1")
    answering.answer_inbound(services, assistant, long, services.now())
    assert row(services, long).rest is not None
    with services.store.session() as session:
        leavings.empty_received([session.get_one(InboundRow, long)], services.now())
    assert row(services, long).rest is None


class Lister:
    """A provider that lists what it got for us."""

    name = "carrier"

    def __init__(self, *texts: InboundText) -> None:
        self.texts, self.asked, self.away, self.offers = texts, [], False, True

    def recent_inbound(self, since):
        self.asked.append(since)
        if not self.offers:
            raise NotOffered
        if self.away:
            raise SendError(SendFailure.UNCLEAR)
        return self.texts


def listed(ref: str, body: str = "在吗", **more: object) -> InboundText:
    return InboundText(provider="carrier", provider_ref=ref, phone=PHONE, body=body, **more)


def missed(services, lister) -> inbound_rounds.MissedTexts:
    return inbound_rounds.MissedTexts(services, lister, lambda _phone: "")


def test_a_text_that_the_provider_could_not_tell_is_taken_in_from_its_list_once(services) -> None:
    came(services, "在吗", "SM1")
    lister = Lister(listed("SM1"), listed("SM2"))
    assert missed(services, lister).take_in(services.now()) == 1
    assert missed(services, lister).take_in(services.now()) == 0
    assert len(jobs(services)) == 2


def test_the_list_is_asked_for_every_few_minutes_back_to_the_last_look(services) -> None:
    lister, began = Lister(), services.now()
    looking = missed(services, lister)
    for second in range(0, 660, 2):
        looking.take_in(began + timedelta(seconds=second))
    assert lister.asked == [
        began - answering.GIVE_UP_AFTER,
        began - inbound_rounds.LOOK_BACK,
        began + inbound_rounds.LOOK_EVERY - inbound_rounds.LOOK_BACK,
    ]


def test_after_a_look_that_failed_the_next_goes_back_as_far(services) -> None:
    lister, began = Lister(), services.now()
    lister.away = True
    looking = missed(services, lister)
    looking.take_in(began)
    lister.away = False
    looking.take_in(began + inbound_rounds.LOOK_EVERY)
    assert lister.asked[1] - lister.asked[0] == inbound_rounds.LOOK_EVERY


def test_a_provider_that_keeps_no_list_is_nothing_to_worry_about(services) -> None:
    lister = Lister()
    lister.offers = False
    assert missed(services, lister).take_in(services.now()) == 0


def test_a_missed_text_of_a_phone_that_gets_no_answers_is_only_kept(services) -> None:
    looking = inbound_rounds.MissedTexts(services, Lister(listed("SM1")), lambda _phone: "abroad")
    assert looking.take_in(services.now()) == 1
    assert jobs(services) == []


@pytest.mark.parametrize(("word", "later"), [("退订", "恢复订阅"), ("恢复订阅", "退订")])
def test_a_word_taken_in_late_does_not_undo_one_that_was_sent_after_it(services, word, later) -> None:
    came(services, "退订", "SM0")
    if later == "恢复订阅":
        came(services, later, "SM1")
    sent_at = services.now() - timedelta(hours=1)
    missed(services, Lister(listed("SM2", word, sent_at=sent_at))).take_in(services.now())
    with services.store.read() as session:
        entry = session.get_one(Suppression, services.store.phone_hash(PHONE))
        assert (entry.lifted_at is None) is (later == "退订")


def test_what_the_provider_answered_itself_gets_no_second_answer(services) -> None:
    came(services, "STOP", "SM1", answered_by_provider=True)
    came(services, "HELP", "SM2", answered_by_provider=True)
    assert (replies(services), jobs(services)) == ([], [])
    with services.store.read() as session:
        assert session.get_one(Suppression, services.store.phone_hash(PHONE)).lifted_at is None
