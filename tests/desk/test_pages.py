"""What a clerk does on the desk's pages, by HTTP: the same without any JavaScript."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.talks import conversations, handover, web_sessions
from renewal.store.models import AuditEntry, Callback, Conversation, Delivery, Message
from tests.bookings import book_callback
from tests.desk.conftest import Clerk
from tests.gateway.conftest import ScriptedAssistant

PHONE = "+8613800138000"


@pytest.fixture
def talk(services: Services) -> str:
    """A web conversation that ended in a callback, number 1."""
    made, _ = web_sessions.open_web(services)
    conversations.say_to(services, ScriptedAssistant(), made, "租房怎么续签", "m1")
    book_callback(services, made, name="样例女士", phone=PHONE)
    return made


@pytest.fixture
def texted(services: Services) -> str:
    """An SMS conversation in which something was asked."""
    made = conversations.for_phone(services, "+8619900000001")
    conversations.say_to(services, ScriptedAssistant(), made, "我的地址搞错了", "m1")
    return made


def row(services: Services, callback_id: int = 1) -> Callback:
    with services.store.read() as session:
        return session.get_one(Callback, callback_id)


def audit(services: Services) -> list[tuple[str, str]]:
    with services.store.read() as session:
        return [
            (entry.actor, entry.action)
            for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        ]


def test_a_callback_is_claimed_noted_and_done(clerk: Clerk, services: Services, talk: str) -> None:
    listed = clerk.get("/callbacks/").text
    assert "样例女士" in listed
    assert PHONE in listed
    assert "归您打" in clerk.post("/callbacks/1/claim").text
    assert "备注记下了" in clerk.post("/callbacks/1/note", note="要带<b>租约</b>").text
    assert "要带&lt;b&gt;租约&lt;/b&gt;" in clerk.get("/callbacks/").text
    assert "已标为打过" in clerk.post("/callbacks/1/done").text
    assert row(services).state == "closed"
    acts = [action for actor, action in audit(services) if actor == "li(desk)"]
    assert [act for act in acts if act.startswith("callback.")] == [
        "callback.claimed",
        "callback.noted",
        "callback.closed",
    ]


def test_of_two_clerks_who_claim_one_callback_the_second_is_told_who_has_it(
    clerk: Clerk, sign_in: Callable[..., Clerk], services: Services, talk: str
) -> None:
    wang = sign_in("wang")
    wang.get("/callbacks/")
    clerk.get("/callbacks/")
    assert "归您打" in clerk.post("/callbacks/1/claim").text
    told = wang.post("/callbacks/1/claim").text
    assert "由 li 在打" in told
    assert row(services).claimed_by == "li(desk)"
    for act in ("note", "done", "not-reached"):
        assert "由 li 在打" in wang.post(f"/callbacks/1/{act}", note="x").text
    assert row(services).state == "open"


def test_three_times_not_reached_ends_it_with_a_text(clerk: Clerk, services: Services, talk: str) -> None:
    clerk.get("/callbacks/")
    assert "还有 2 次" in clerk.post("/callbacks/1/not-reached").text
    assert "还有 1 次" in clerk.post("/callbacks/1/not-reached").text
    assert "以后再打" in clerk.get("/callbacks/").text
    assert "已排好一条短信" in clerk.post("/callbacks/1/not-reached").text
    with services.store.read() as session:
        (sent,) = session.scalars(select(Delivery)).all()
    assert (sent.template, sent.phone) == ("callback.unreached", PHONE)
    assert "没打通" in clerk.get("/callbacks/?ended=1").text
    assert "样例女士" not in clerk.get("/callbacks/").text


def test_a_supervisor_frees_what_a_colleague_claimed_and_a_clerk_does_not(
    clerk: Clerk, sign_in: Callable[..., Clerk], services: Services, talk: str
) -> None:
    clerk.get("/callbacks/")
    clerk.post("/callbacks/1/claim")
    wang = sign_in("wang")
    wang.get("/callbacks/")
    assert "由 li 在打" in wang.post("/callbacks/1/give-back").text
    chief = sign_in("chief", Role.SUPERVISOR)
    chief.get("/callbacks/")
    assert "谁都可以打" in chief.post("/callbacks/1/give-back").text
    assert row(services).claimed_by is None


def test_a_conversation_is_read_answered_and_given_back(clerk: Clerk, services: Services, talk: str) -> None:
    assert talk[:8] in clerk.get("/talks/").text
    shown = clerk.get(f"/talks/{talk}").text
    assert "租房怎么续签" in shown
    assert "登记了回电 1" in shown
    clerk.post(f"/talks/{talk}/say", text="您好，带上<租约>就行", once="a1")
    clerk.post(f"/talks/{talk}/say", text="您好，带上<租约>就行", once="a1")
    with services.store.read() as session:
        said = session.scalars(select(Message.body).where(Message.author == "staff")).all()
        assert session.get_one(Conversation, talk).staffed_by == "li(desk)"
    assert said == ["您好，带上<租约>就行"]
    assert "带上&lt;租约&gt;就行" in clerk.get(f"/talks/{talk}").text
    assert "已交还" in clerk.post(f"/talks/{talk}/release").text
    with services.store.read() as session:
        assert not session.get_one(Conversation, talk).staffed


def test_where_the_holder_is_on_sms_a_clerks_words_are_texted(
    clerk: Clerk, services: Services, texted: str
) -> None:
    assert "发短信" in clerk.get(f"/talks/{texted}").text
    clerk.post(f"/talks/{texted}/say", text="我是小李，您说", once="a1")
    with services.store.read() as session:
        bodies = list(session.scalars(select(Delivery.body)))
    assert any(body.endswith("我是小李，您说") for body in bodies)


def test_what_cannot_be_sent_is_told_and_stays_typed(clerk: Clerk, services: Services, texted: str) -> None:
    clerk.get(f"/talks/{texted}")
    long = "长" * 400
    answer = clerk.post(f"/talks/{texted}/say", text=long)
    assert answer.status_code == 409
    assert "请分成几条" in answer.text
    assert long in answer.text
    empty = clerk.post(f"/talks/{texted}/say", text=" ")
    assert empty.status_code == 400
    assert "这里要填" in empty.text


def test_a_colleagues_conversation_is_taken_over_only_on_purpose(
    clerk: Clerk, sign_in: Callable[..., Clerk], services: Services, talk: str
) -> None:
    handover.take(services, talk, staff="wang(desk)")
    shown = clerk.get(f"/talks/{talk}").text
    assert "wang 正在回" in shown
    refused = clerk.post(f"/talks/{talk}/say", text="我来说")
    assert refused.status_code == 409
    assert "由 wang 接手" in refused.text
    assert "由 wang 接手" in clerk.post(f"/talks/{talk}/release").text
    clerk.post(f"/talks/{talk}/take", over="1")
    clerk.post(f"/talks/{talk}/say", text="我来说")
    assert ("li(desk)", "conversation.taken_over") in audit(services)
    with services.store.read() as session:
        assert session.get_one(Conversation, talk).staffed_by == "li(desk)"


def test_the_list_says_who_waits_for_whom_and_how_long(
    clerk: Clerk, services: Services, talk: str, texted: str
) -> None:
    assert "要人工" in clerk.get("/talks/").text
    handover.take(services, texted, staff="wang(desk)")
    listed = clerk.get("/talks/").text
    assert "等回话" in listed
    assert "wang 接手的" in listed
    handover.say(services, texted, "您好", staff="wang(desk)")
    assert "已回话" in clerk.get("/talks/").text


@pytest.mark.parametrize("path", ["/callbacks/7/claim", "/callbacks/7/done", "/talks/none/take"])
def test_what_is_not_there_is_told_in_a_sentence(clerk: Clerk, path: str) -> None:
    answer = clerk.post(path)
    assert "没有" in answer.text


def test_the_first_page_counts_what_waits(clerk: Clerk, services: Services, talk: str) -> None:
    page = clerk.get("/").text
    assert "今天到期 0 个，已过期 0 个" in page
    assert page.count('<p class="count">1</p>') == 2
