"""What was not understood is shown without persons, named by staff, and written for a maintainer to read."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from renewal.dialogue.says import BotMessage, Button
from renewal.domain import Category
from renewal.services.app import Services
from renewal.services.keeping import leavings
from renewal.services.learning import candidates, naming
from renewal.services.learning.charts import learning_page
from renewal.services.learning.measured import measured, plain
from renewal.services.learning.report import learning_report
from renewal.services.learning.unclear import Kind, nameable, unclear_texts
from renewal.store.models import AuditEntry, Conversation, Feedback, Holder, Message, NamedText
from tests.conftest import TODAY
from tests.security.payloads import MARKUP

ROOT = Path(__file__).resolve().parents[2]


class Talk:
    """One conversation: what was asked in it, and what came back."""

    def __init__(self, services: Services, name: str = "") -> None:
        self.services = services
        with services.store.session() as session:
            now = services.now()
            talk = Conversation(channel="web", created_at=now, last_at=now)
            if name:
                number = session.scalar(select(func.count(Holder.id))) or 0
                phone = f"+861990003{number:04d}"
                holder = Holder(
                    name=name,
                    phone=phone,
                    phone_hash=services.store.phone_hash(phone),
                    category=Category.EMPLOYMENT,
                    district="sample",
                    origin="import",
                    created_at=now,
                )
                session.add(holder)
                session.flush()
                talk.holder_id = holder.id
            session.add(talk)
            session.flush()
            self.id = talk.id

    def ask(self, text: str, answer: BotMessage, thumb: str = "", days_ago: int = 0) -> int:
        """Ask and be answered; the number of the question."""
        at = self.services.now() - timedelta(days=days_ago)
        with self.services.store.session() as session:
            asked = Message(conversation_id=self.id, author="user", body=text, at=at)
            session.add(asked)
            session.flush()
            said = Message(
                conversation_id=self.id,
                author="bot",
                body=answer.text,
                buttons=str(
                    [{"id": b.id, "label": b.label, "intent": b.intent} for b in answer.buttons]
                ).replace("'", '"'),
                claim=answer.claim or None,
                topics=",".join(answer.topics) or None,
                at=at,
            )
            session.add(said)
            session.flush()
            if thumb:
                session.add(Feedback(conversation_id=self.id, message_id=said.id, verdict=thumb, at=at))
            return asked.id


MISS = BotMessage(text="没听懂", claim="miss")
OFFER = BotMessage(
    text="是哪个",
    claim="offer",
    buttons=(
        Button(id="btn-1", label="材料", intent="materials"),
        Button(id="btn-2", label="地点", intent="where"),
    ),
)
GOOD = BotMessage(text="带身份证", claim="likeliest", topics=("materials",))
OUT = BotMessage(text="这个我不管", claim="likeliest", topics=("out_of_scope",))


def test_what_was_declined_offered_or_thumbed_down_is_there_and_nothing_else(services: Services) -> None:
    talk = Talk(services)
    talk.ask("居住证能不能贷款", MISS)
    talk.ask("要带去哪里的东西", OFFER)
    talk.ask("带什么材料", GOOD, "down")
    talk.ask("租房带什么", GOOD, "up")
    talk.ask("签注要什么", GOOD)
    talk.ask("今天天气怎么样", OUT)
    talk.ask("很久以前的话", MISS, days_ago=100)
    found = {each.text: (each.kind, each.offered) for each in unclear_texts(services)}
    assert found == {
        "居住证能不能贷款": (Kind.DECLINED, ()),
        "要带去哪里的东西": (Kind.OFFERED, ("materials", "where")),
        "带什么材料": (Kind.DOWN, ()),
        "今天天气怎么样": (Kind.DECLINED, ()),
    }


def test_nobody_s_name_number_or_button_is_in_what_staff_see(services: Services) -> None:
    talk = Talk(services, name="样例明")
    talk.ask("样例明的电话13800138000打不通", MISS)
    talk.ask("13800138000", MISS)
    talk.ask("btn-abc123", MISS)
    assert [each.text for each in unclear_texts(services)] == ["〈姓名〉的电话〈号码〉打不通"]


def test_texts_that_are_alike_are_one_group_with_counts(services: Services) -> None:
    for text in ("社保断了一个月", "社保断缴一个月有影响吗", "社保断了一个月"):
        Talk(services).ask(text, MISS)
    Talk(services).ask("宠物可以办证吗", OFFER)
    first, second = naming.groups(services)
    assert dict(first.distinct) == {"社保断了一个月": 2, "社保断缴一个月有影响吗": 1}
    assert first.kinds == {Kind.DECLINED: 3}
    assert second.offered == ("materials", "where")


def test_a_group_that_was_named_is_gone_from_the_list_and_the_audit_knows_who(services: Services) -> None:
    numbers = [Talk(services).ask(text, MISS) for text in ("社保断了一个月", "社保断了一个月呢")]
    assert naming.name_texts(services, numbers[1], "eligibility", staff="li(desk)") == 2
    assert naming.groups(services) == ()
    named = unclear_texts(services, named=True)
    assert {each.topic for each in named} == {"eligibility"}
    with services.store.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "text.named")).one()
        assert (entry.actor, entry.subject, entry.detail) == ("li(desk)", "topic:eligibility", {"texts": 2})


def test_one_text_of_a_group_can_be_named_alone(services: Services) -> None:
    numbers = [Talk(services).ask(text, MISS) for text in ("社保断了一个月", "社保断了一个月呢")]
    assert naming.name_texts(services, numbers[1], "out_of_scope", staff="li", only=True) == 1
    assert [each.message_id for each in unclear_texts(services)] == [numbers[0]]


def test_an_unknown_topic_or_number_is_refused_with_a_sentence(services: Services) -> None:
    number = Talk(services).ask("社保断了一个月", MISS)
    with pytest.raises(naming.NoSuchTopic, match="renewal learn topics"):
        naming.name_texts(services, number, "nonsense", staff="li")
    with pytest.raises(naming.NoSuchText, match="renewal learn list"):
        naming.name_texts(services, number + 7, "where", staff="li")
    assert "out_of_scope" in nameable(services)


def test_what_was_said_of_a_text_goes_with_its_talk(services: Services) -> None:
    talk = Talk(services)
    naming.name_texts(services, talk.ask("社保断了一个月", MISS), "eligibility", staff="li")
    with services.store.session() as session:
        leavings.delete_talks(session, [talk.id])
        assert session.scalar(select(func.count()).select_from(NamedText)) == 0
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_what_was_named_is_written_for_a_maintainer_but_for_what_a_test_holds(
    services: Services, tmp_path: Path
) -> None:
    of_a_test = next(text for text in _texts_of_tests() if plain(text) in measured(ROOT) and text.isalnum())
    for text, topic in (
        ("宠物店能不能盖章", "out_of_scope"),
        (of_a_test, "where"),
        ("宠物店能不能盖章？", "out_of_scope"),
    ):
        naming.name_texts(services, Talk(services).ask(text, MISS), topic, staff="li", only=True)
    file = tmp_path / "learned.yml"
    done = candidates.export(services, ROOT, file)
    assert (done.written, done.of_tests) == (1, 1)
    written = file.read_text("utf-8")
    loaded = yaml.safe_load(written)
    assert loaded["nlu"] == [{"intent": "out_of_scope", "examples": "- 宠物店能不能盖章\n"}]
    assert of_a_test not in written


def _texts_of_tests() -> list[str]:
    lines = (ROOT / "tests/nlu/blind.tsv").read_text("utf-8").splitlines()
    return [line.split("\t", 1)[1] for line in lines if "\t" in line]


def test_nothing_is_written_into_the_training_data_nor_where_no_tests_are(
    services: Services, tmp_path: Path
) -> None:
    for place in (ROOT / "data/nlu/learned.yml", ROOT / "renewal/../data/learned.yml"):
        with pytest.raises(candidates.CannotExport, match="训练数据"):
            candidates.export(services, ROOT, place)
        assert not place.exists()
    with pytest.raises(candidates.CannotExport, match="源码目录"):
        candidates.export(services, tmp_path, tmp_path / "learned.yml")


def test_the_figures_are_counted_by_week_and_by_topic(services: Services) -> None:
    talk = Talk(services)
    at = services.now().date()
    back = (at - TODAY).days  # the tests' day is fixed, the instants are not
    for days, answer, thumb in (
        (0, GOOD, "up"),
        (0, GOOD, "down"),
        (0, MISS, ""),
        (7, OFFER, ""),
        (7, OUT, ""),
        (700, GOOD, ""),
    ):
        talk.ask("问", answer, thumb, days_ago=days + back)
    report = learning_report(services)
    monday = TODAY - timedelta(days=TODAY.weekday())
    this, last = report.weeks[monday], report.weeks[monday - timedelta(days=7)]
    assert (this.answered, this.declined, this.up, this.down) == (2, 1, 1, 1)
    assert (this.answer_rate, this.satisfaction) == (2 / 3, 0.5)
    assert (last.offered, last.declined, last.answer_rate, last.satisfaction) == (1, 1, 0.0, None)
    assert list(report.topics) == ["materials", "out_of_scope"]
    assert report.topics["materials"].satisfaction == 0.5
    page = learning_page(services, report, at=services.now())
    assert page.count("<svg") == 2 + 2 * len(report.topics)
    assert "67%" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_markup_in_a_topic_or_text_stays_words_on_the_page(services: Services) -> None:
    talk = Talk(services)
    back = (services.now().date() - TODAY).days
    for evil in MARKUP:
        talk.ask("问", BotMessage(text="答", claim="x", topics=(evil.replace(",", ""),)), days_ago=back)
    page = learning_page(services, learning_report(services), at=services.now())
    for evil in MARKUP:
        assert "<" not in evil or evil.replace(",", "") not in page
