"""What the widget loads: one script, its words, and questions to choose from."""

import gzip
import re

import pytest

from renewal.services.talks.asked import USUAL
from renewal.services.talks.conversations import open_anonymous
from renewal.store.models import Message
from sms_gateway.widget import FOLDER, widget_script
from sms_gateway.widget_words import COUNTED_AGAIN
from tests.loaded import WORDING

NAME = re.compile(r"^(?:export )?(?:const|let|function|async function|class) (\w+)", re.MULTILINE)


def test_the_script_holds_its_style_and_asks_for_no_other_file(client) -> None:
    answer = client.get("/chat/widget.js")
    assert answer.mimetype == "text/javascript"
    script = answer.text
    assert ".composer" in script
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_script_goes_compressed_to_who_takes_it_so(client) -> None:
    answer = client.get("/chat/widget.js", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == client.get("/chat/widget.js").data
    assert len(answer.data) <= 25_000


@pytest.mark.parametrize("path", ["/chat/widget.js", "/chat/words/en", "/chat/hints/zh-CN"])
def test_what_a_browser_has_already_is_not_sent_again(client, path: str) -> None:
    first = client.get(path)
    assert "max-age" in first.headers["Cache-Control"]
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_no_two_modules_use_one_name_as_all_stand_in_one_scope() -> None:
    names = [name for file in FOLDER.glob("*.js") for name in NAME.findall(file.read_text("utf-8"))]
    assert len(names) > 40
    assert sorted(names) == sorted(set(names))


def test_every_module_is_in_the_script_and_is_short() -> None:
    script = widget_script().plain.decode()
    for file in FOLDER.glob("*.js"):
        assert len(file.read_text("utf-8").splitlines()) <= 300, file.name
        assert NAME.findall(file.read_text("utf-8"))[-1] in script


@pytest.mark.parametrize(
    ("language", "title", "question"),
    [
        ("zh-CN", "居住证续签助手", "居住证怎么续签？"),
        ("zh-TW", "居住證續簽助手", "居住證怎麼續簽？"),
        ("en", "Permit renewal", "How do I renew my residence permit?"),
    ],
)
def test_the_words_come_in_three_languages(client, language: str, title: str, question: str) -> None:
    told = client.get(f"/chat/words/{language}").json
    assert told["words"]["title"] == title
    assert told["asked"][0] == question
    assert question in client.get(f"/chat/hints/{language}").json["hints"]
    assert told["languages"] == {"zh-CN": "简体", "zh-TW": "繁體", "en": "English"}


@pytest.mark.parametrize("path", ["/chat/words/fr", "/chat/hints/..%2fwords", "/chat/words/"])
def test_a_language_that_we_have_not_is_not_found(client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_word_that_a_module_names_is_there(client) -> None:
    words = client.get("/chat/words/zh-CN").json["words"]
    used = {
        name
        for file in FOLDER.glob("*.js")
        for name in re.findall(r"(?<!/)\bwords\.(\w+)", file.read_text("utf-8"))
    }
    assert used - set(words) == set()


def asked(services, topic: str, talks: int) -> None:
    for _ in range(talks):
        talk = open_anonymous(services, "web")
        with services.store.session() as session:
            said = Message(conversation_id=talk, author="bot", body="答", at=services.now(), topics=topic)
            session.add(said)


def test_with_nothing_asked_the_usual_questions_are_offered(client) -> None:
    told = client.get("/chat/words/zh-CN").json["asked"]
    assert told == [WORDING.render(f"question.{topic}") for topic in USUAL]


def test_what_most_conversations_asked_comes_first(client, services) -> None:
    asked(services, "fees", 6)
    asked(services, "online,fees", 5)
    asked(services, "where", 2)  # too few to say what people ask
    asked(services, "greet", 9)  # nothing to ask
    told = client.get("/chat/words/zh-CN").json["asked"]
    rest = [topic for topic in USUAL if topic not in {"fees", "online"}][:3]
    assert told == [WORDING.render(f"question.{topic}") for topic in ["fees", "online", *rest]]


def test_a_finer_answer_counts_for_the_question_that_it_answers(client, services) -> None:
    asked(services, "opens_on", 6)  # worked out for "when can I renew"
    asked(services, "appointment_times,opens_on", 5)
    told = client.get("/chat/words/zh-CN").json["asked"]
    assert told[:2] == [WORDING.render(f"question.{topic}") for topic in ("renewal_window", "appointment")]


def test_what_was_asked_long_ago_is_not_counted(client, services) -> None:
    asked(services, "fees", 6)
    with services.store.session() as session:
        for row in session.query(Message):
            row.at = row.at.replace(year=row.at.year - 1)
    assert client.get("/chat/words/en").json["asked"][0] == "How do I renew my residence permit?"


def test_one_visitor_who_repeats_a_question_does_not_bring_it_up(client, services) -> None:
    talk = open_anonymous(services, "web")
    with services.store.session() as session:
        for _ in range(40):
            session.add(
                Message(conversation_id=talk, author="bot", body="答", at=services.now(), topics="fees")
            )
    assert "续签要收费吗？" not in client.get("/chat/words/zh-CN").json["asked"]
    assert COUNTED_AGAIN.total_seconds() <= 3600
