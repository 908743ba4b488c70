"""What a text says of the talk and of its writer, by table; traditional texts read like simplified ones."""

from pathlib import Path

import pytest

from renewal.language import talk

TABLE = Path(__file__).with_name("talk.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("reader", "text"), ROWS)
def test_a_text_says_what_the_table_says(reader: str, text: str) -> None:
    assert getattr(talk, reader.removeprefix("!"))(text) is not reader.startswith("!")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("港澳臺居民居住證怎麼辦", "other_business"),
        ("短信里的链接能点吗，打开链接会怎样", "notice_genuine"),
        ("中止是什么意思", "overdue"),
        ("来不及了怎么办", "overdue"),
        ("估一下积分，大专41岁", "points_estimate"),
        ("居住证怎么续签", ""),
    ],
)
def test_words_name_their_topic_whatever_stands_around_them(text: str, topic: str) -> None:
    assert talk.names_topic(text) == topic


def test_a_permit_of_another_city_is_told_by_the_city_before_it() -> None:
    assert talk.names_permit_of("北京市的居住證過期了", ("北京",))
    assert talk.names_permit_of("北京工作居住证离职了怎么办", ("北京",))
    assert not talk.names_permit_of("我从北京来，居住证过期了", ("北京",))


def test_what_is_said_beside_the_wish_for_a_person_is_what_is_left() -> None:
    assert talk.beyond_asking_for_person("请给我转人工，宿舍证明") == ",宿舍证明"


def test_a_name_with_a_title_is_no_full_name() -> None:
    assert talk.is_titled("王女士")
    assert talk.is_titled("小王")
    assert not talk.is_titled("王芳")
