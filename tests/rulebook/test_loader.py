"""What the loader refuses, each with the sentence that an editor of the rulebook reads."""

import re
from datetime import date
from pathlib import Path

import pytest

from renewal.domain import Certainty, RenewalError
from renewal.rulebook import RulebookError, load_rulebook

DOCUMENTS = 'guide:\n  title: 指南\n  dated: "2020-03"\n'
GOOD = """\
renewal.window_days:
  title: 到期前多少天可以签注
  unit: calendar-day
  certainty: seed
  source: {document: guide, place: 第2段}
  values: {2013-07-01: 30}
"""


def write(folder: Path, clauses: str = GOOD, documents: str = DOCUMENTS, file: str = "renewal.yml") -> Path:
    (folder / "documents.yml").write_text(documents, encoding="utf-8")
    (folder / file).write_text(clauses, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder)
    return str(caught.value)


def test_a_good_file_becomes_clauses_with_their_document(tmp_path: Path):
    rules = load_rulebook(write(tmp_path))
    clause = rules.clause("renewal.window_days")
    assert clause.values == ((date(2013, 7, 1), 30),)
    assert clause.certainty is Certainty.SEED
    assert rules.document("renewal.window_days").dated == "2020-03"


def test_values_are_put_in_the_order_of_their_days(tmp_path: Path):
    text = GOOD.replace("{2013-07-01: 30}", "{2026-01-01: 45, 2013-07-01: 30}")
    rules = load_rulebook(write(tmp_path, text))
    assert [day.year for day, _ in rules.clause("renewal.window_days").values] == [2013, 2026]


def test_the_version_changes_with_a_value_and_only_with_the_content(tmp_path: Path):
    first = load_rulebook(write(tmp_path)).version
    assert load_rulebook(tmp_path).version == first
    assert load_rulebook(write(tmp_path, GOOD.replace("30}", "31}"))).version != first


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ("  unit: calendar-day\n", "", "规则文件 renewal.yml 的条款 renewal.window_days：没有 unit"),
        (
            "  title: 到期前多少天可以签注\n",
            "",
            "规则文件 renewal.yml 的条款 renewal.window_days：没有 title",
        ),
        ("  certainty: seed\n", "", "规则文件 renewal.yml 的条款 renewal.window_days：没有 certainty"),
        (
            "  source: {document: guide, place: 第2段}\n",
            "",
            "规则文件 renewal.yml 的条款 renewal.window_days：没有 source",
        ),
        (
            "  values: {2013-07-01: 30}\n",
            "",
            "规则文件 renewal.yml 的条款 renewal.window_days：没有 values",
        ),
        ("{2013-07-01: 30}", "{}", "没有 values"),
        ("  title:", "  titel: x\n  title:", "renewal.window_days：不认识的项 titel"),
        (", place: 第2段", "", "source 要写 document 和 place 两项"),
        ("place: 第2段", "place: 第2段, page: 2", "source 要写 document 和 place 两项"),
        ("place: 第2段", "place: 2", "source 的各项要写文字"),
        ("document: guide", "document: rumour", "来源 rumour 没有列在 documents.yml 里"),
        ("calendar-day", "fortnight", "不认识的单位 fortnight"),
        ("certainty: seed", "certainty: sure", "certainty 只能写 seed、official、reported、low"),
        (": 30}", ": thirty}", "2013-07-01 的值不合单位 calendar-day：要写不小于零的整数"),
        (": 30}", ": -1}", "要写不小于零的整数"),
        (": 30}", ": true}", "要写不小于零的整数"),
        ("30}", "30, 2013-07-01: 31}", "renewal.window_days：同一天 2013-07-01 写了两个值"),
        ("2013-07-01", "2013-02-30", "renewal.window_days：2013-02-30 不是日期，历上没有这一天"),
        ("2013-07-01", "2013", "renewal.window_days：2013 不是日期，要写成 年-月-日"),
        ("2013-07-01", "2013-07-01 08:00:00", "2013-07-01 08:00:00 不是日期"),
        ("{2013-07-01: 30}", "30", "values 要写成“日期: 值”"),
        ("  unit:", "  unit: day\n  unit:", "renewal.window_days：unit 写了两次"),
        ("  title:", "  note: 7\n  title:", "note 要写文字"),
        ("  title:", "  later: renewal.x\n  title:", "later 要写一列条款的名字"),
        ("  title:", "  later: [renewal.x]\n  title:", "later 所指的条款 renewal.x 不存在"),
        ("renewal.window_days", "overdue.window_days", "overdue.window_days：应当写在 overdue.yml 里"),
        ("renewal.window_days", "Renewal", "名字要写成小写英文的“主题.条款”"),
    ],
)
def test_a_clause_that_is_not_as_it_should_be_is_refused_by_name(
    tmp_path: Path, find: str, put: str, message: str
):
    assert find in GOOD
    assert message in refusal(write(tmp_path, GOOD.replace(find, put)))


@pytest.mark.parametrize(
    ("unit", "value", "message"),
    [
        ("field-list", "[address, shoe_size]", "不认识 shoe_size，只能写 address、"),
        ("category-list", "[tourist]", "不认识 tourist"),
        ("stage-list", "[]", "要写一列文字"),
        ("text-list", "[甲, 甲]", "同一项写了两次"),
        ("text-list", "甲", "要写一列文字"),
        ("text", "7", "要写文字"),
        ("text", "''", "要写文字"),
        ("point", "1.5", "要写整数"),
        ("point-table", "{大专: fifty}", "要写一张“名称: 数”的表"),
        ("point-table", "{}", "要写一张“名称: 数”的表"),
        (
            "material-list",
            "[magic_scroll]",
            "材料 magic_scroll 没有名字（缺条款 materials.names.magic_scroll）",
        ),
    ],
)
def test_a_value_that_does_not_fit_its_unit_is_refused(tmp_path: Path, unit: str, value: str, message: str):
    text = GOOD.replace("calendar-day", unit).replace(": 30}", f": {value}}}")
    assert message in refusal(write(tmp_path, text))


def test_a_clause_that_is_written_twice_in_a_file_is_refused(tmp_path: Path):
    assert refusal(write(tmp_path, GOOD + GOOD)) == (
        "规则文件 renewal.yml 的条款 renewal.window_days：写了两次（第 7 行）"
    )


def test_a_clause_that_is_no_mapping_is_refused(tmp_path: Path):
    assert "要写 title、unit、certainty、source、values 各项" in refusal(
        write(tmp_path, "renewal.window_days: 30\n")
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("renewal.window_days: [\n", "renewal.yml 第 2 行：不是能读的 YAML"),
        ("renewal.window_days: !!python/object/apply:os.getcwd []\n", "不是能读的 YAML"),
        ("? [a, b]\n: 1\n", "不是能读的 YAML（键必须是文字或日期）"),
        ("", "renewal.yml：里面没有条款"),
        ("- a\n", "renewal.yml：里面没有条款"),
    ],
)
def test_a_file_that_is_not_plain_data_is_refused(tmp_path: Path, text: str, message: str):
    assert message in refusal(write(tmp_path, text))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path):
    (write(tmp_path) / "renewal.yml").write_bytes(GOOD.encode("gb18030"))
    assert "renewal.yml：不是能读的 YAML" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ('guide: {dated: "2020"}\n', "documents.yml 的条款 guide：没有 title"),
        ("guide: {title: 指南, dated: 2020-03-05}\n", "dated 要写成加引号的"),
        ("guide: {title: 指南, author: 小编}\n", "不认识的项 author"),
        ("guide: 指南\n", "要写 title 等各项"),
        ("guide: {title: 指南, address: 7}\n", "address 要写文字"),
        ("guide: {title: 指南}\nguide: {title: 指南}\n", "guide：写了两次（第 2 行）"),
    ],
)
def test_a_document_that_is_not_as_it_should_be_is_refused(tmp_path: Path, documents: str, message: str):
    assert message in refusal(write(tmp_path, documents=documents))


def test_a_folder_without_rules_is_refused(tmp_path: Path):
    assert "没有规则文件" in refusal(tmp_path)


def test_every_refusal_is_of_the_one_error_tree():
    assert issubclass(RulebookError, RenewalError)


def test_no_sentence_of_a_refusal_names_a_folder_of_this_machine(tmp_path: Path):
    assert not re.search(re.escape(str(tmp_path)), refusal(write(tmp_path, "")))
