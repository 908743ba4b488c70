"""The words that name a thing: found at their places, under their plain value, and not inside other words."""

from pathlib import Path

import pytest

from benchmarks import scoring
from renewal.language import lexicon
from renewal.language.lexicon import MalformedLexicon

ENTITIES = Path(__file__).parents[1] / "nlu" / "entities.tsv"
KINDS = frozenset({"housing", "category", "relation", "id_change", "city"})
LEAST_F1 = 0.8698


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("我住父母家", [["housing", "relative", "父母家"], ["relation", "父母", "父母"]]),
        ("租額房子", [["housing", "rented", "租額"]]),
        ("住朋友家", [["housing", "friend", "朋友家"], ["relation", "朋友", "朋友"]]),
        ("深圳居住证", [["city", "深圳", "深圳"]]),
        ("身份证号码变了", [["id_change", "number", "身份证号码变"]]),
        ("改名字了", [["id_change", "name", "改名"]]),
        ("我開公司的", [["category", "business", "開公司"]]),
        ("i rent a flat", [["housing", "rented", "rent"]]),
        ("年齡最高幾分", [["points_item", "age", "年齡"]]),
        (
            "社保基数按1倍",
            [["points_item", "insurance_base", "社保基数"], ["points_item", "insurance_base", "倍"]],
        ),
        ("假学历扣多少", [["points_item", "deductions", "假学历"], ["points_item", "deductions", "扣多少"]]),
        ("积分达标配偶能参保吗", [["relation", "配偶", "配偶"]]),
        ("a master's at 45", [["points_item", "degree", "master's"]]),
    ],
)
def test_words_are_found_under_their_plain_value(text, entities):
    found = [[item.entity, item.value, text[item.start : item.end]] for item in lexicon.find(text)]
    assert found == entities


@pytest.mark.parametrize(
    "text",
    [
        "我住中山公园南京路",
        "電話號碼變了",
        "公司给交的",
        "审核要几个工作日",
        "my current address",
        "13800138000",
        "税务局的公共服务窗口",
    ],
)
def test_a_word_inside_another_one_is_not_taken_for_it(text):
    assert lexicon.find(text) == ()


def test_values_come_by_entity_in_the_order_of_the_text():
    assert lexicon.entities("从租的房子搬到父母家") == {
        "housing": ("rented", "relative"),
        "relation": ("父母",),
    }
    assert lexicon.entities("你好") == {}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("entity: home\nvalues: {own: [自购房]}\nword: x\n", "unknown keys"),
        ("entity: home\nvalues: {own: [自购房], rented: [自购房]}\n", "two values"),
        ("entity: home\nvalues: {own: [$nobody家]}\n", "names no lexicon"),
    ],
)
def test_a_malformed_file_is_refused_by_its_name(tmp_path, content, why):
    (tmp_path / "home.yml").write_text(content, encoding="utf-8")
    with pytest.raises(MalformedLexicon, match=rf"home\.yml: .*{why}"):
        lexicon.lexicons(tmp_path)


def test_the_texts_for_entities_are_read_as_well_as_ever():
    meant = scoring.read_entities(ENTITIES)
    parsed = [
        scoring.Parsed(
            text=text, ranking=(), entities=tuple((item.entity, item.value) for item in lexicon.find(text))
        )
        for text in meant
    ]
    assert scoring.entity_f1(meant, parsed, KINDS) >= LEAST_F1
