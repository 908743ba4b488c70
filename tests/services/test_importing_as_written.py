"""Files as spreadsheets and databases write them: what is not there is missing, what is broken is sent back."""

from pathlib import Path

import pytest

from renewal.domain import Field
from renewal.language.records import NONE
from renewal.language.sheets import BROKEN, NOTHING
from renewal.services.app import Services
from renewal.services.importing import ImportRefused, ImportResult, import_holders
from tests.services.importing_files import HOLDERS, RESIDENCE, ROW, Write, facts, feed, on_file, rejected, row
from tests.services.sheets import write_xlsx

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])  # all is settled before the store is asked
CHINESE = "居住证号,姓名,联系电话,类别,区,到期日,居住地址,单位,投靠人,婚姻,学校"


@pytest.mark.parametrize(
    "headings",
    [
        HOLDERS + ",",
        HOLDERS + ",,,",
        HOLDERS + ", ,\u00a0",
        HOLDERS.upper(),
        HOLDERS.replace("permit_no", "ｐｅｒｍｉｔ＿ｎｏ"),
        CHINESE.replace("姓名", "姓 名"),
        CHINESE.replace("联系电话", "联系\u3000电话 "),
    ],
)
def test_headings_are_known_however_a_sheet_has_set_them(
    services: Services, written: Write, headings: str
) -> None:
    assert import_holders(services, written(headings, ROW, row("P-2") + ",")) == ImportResult(added=2)


@pytest.mark.parametrize("blank", [",,,,,,,,,,", " ,\u00a0,\u3000,,,,,,,,", "\u00a0", ",,,,,,,,,,,,,, "])
def test_a_row_of_nothing_but_space_is_no_row(services: Services, written: Write, blank: str) -> None:
    assert import_holders(services, written(HOLDERS, ROW, blank, blank)) == ImportResult(added=1)


def test_a_sheet_s_rows_of_nothing_but_space_are_no_rows(services: Services, tmp_path: Path) -> None:
    rows = [HOLDERS.split(","), ROW.split(","), [" "] * 11, ["\u00a0"], [""]]
    assert import_holders(services, str(write_xlsx(tmp_path / "file.xlsx", rows))) == ImportResult(added=1)


def test_a_row_may_lack_its_empty_last_cells(services: Services, written: Write) -> None:
    short = ROW.rstrip(",")
    assert import_holders(services, written(HOLDERS, short)) == ImportResult(added=1)
    assert import_holders(services, written(HOLDERS, ROW)) == ImportResult(unchanged=1)


def test_a_row_that_lacks_a_cell_that_must_be_there_is_sent_back(services: Services, written: Write) -> None:
    result = import_holders(services, written(HOLDERS, "P-1,样例甲,19900020001,employment"))
    assert rejected(result)[1][-2:] == ["district；expires_on", "不能为空；不能为空"]


def test_a_row_with_more_in_it_than_headings_is_sent_back(services: Services, written: Write) -> None:
    result = import_holders(services, written(HOLDERS, ROW + ",多的"))
    assert rejected(result)[1][13] == "有 12 格，列名有 11 个"


@pytest.mark.parametrize("between", [";", "；", "/", "、", ",", "或", " 13900139000/", "\uff0f"])
def test_two_numbers_in_one_cell_are_sent_back_and_the_first_is_not_taken(
    services: Services, written: Write, between: str
) -> None:
    two = ROW.replace("19900020001", f'"19900020001{between}19900020002"')
    result = import_holders(services, written(HOLDERS, two))
    assert rejected(result)[1][12:14] == ["phone", "一格只能有一个电话号码，后面不能有别的"]
    import_holders(services, written(HOLDERS, ROW))
    told = feed(services, "residence", written(RESIDENCE, f'P-1,,"19900020001{between}1",2026-11-20'))
    assert rejected(told)[1][-2] == "phone"


@pytest.mark.parametrize(
    "one",
    ["199 0002 0001", "199-0002-0001", "+86 199 0002 0001", "(+86)19900020001", "１９９０００２０００１"],
)
def test_one_number_may_be_written_with_what_stands_between_digits(
    services: Services, written: Write, one: str
) -> None:
    assert import_holders(services, written(HOLDERS, ROW)) == ImportResult(added=1)
    again = import_holders(services, written(HOLDERS, ROW.replace("19900020001", one)))
    assert again == ImportResult(unchanged=1)


def test_the_first_sheet_that_is_seen_is_read(services: Services, tmp_path: Path) -> None:
    book = write_xlsx(
        tmp_path / "file.xlsx", [HOLDERS.split(","), ROW.split(",")], hidden_before=[["底稿"], ["不要导入"]]
    )
    assert import_holders(services, str(book)) == ImportResult(added=1)


def test_a_workbook_whose_sheets_are_all_hidden_is_refused(services: Services, tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "file.xlsx", None, hidden_before=[HOLDERS.split(","), ROW.split(",")])
    with pytest.raises(ImportRefused, match="工作表都是隐藏的"):
        import_holders(services, str(book))


@pytest.mark.parametrize("lost", ["样例\ufffd", "\ufffd", "样\ufffd甲"])
def test_a_name_that_lost_a_character_is_sent_back(services: Services, written: Write, lost: str) -> None:
    result = import_holders(services, written(HOLDERS, ROW.replace("样例甲", lost)))
    assert rejected(result)[1][12] == "name"
    assert "有丢失的字" in rejected(result)[1][13]


@pytest.mark.parametrize("mark", sorted(NOTHING))
def test_a_mark_of_nothing_is_a_missing_value_and_no_value(
    services: Services, written: Write, mark: str
) -> None:
    marked = ROW.replace("徐汇区样例路1号", mark).replace("样例公司", mark)
    assert import_holders(services, written(HOLDERS, marked)) == ImportResult(added=1)
    assert not {Field.ADDRESS, Field.EMPLOYMENT} & set(on_file(services.store))
    no_name = import_holders(services, written(HOLDERS, row("P-2").replace("样例甲", mark)))
    assert rejected(no_name)[1][12:14] == ["name", "不能为空"]


@pytest.mark.parametrize("mark", ["NULL", "暂无", "\\N", "#N/A"])
def test_a_bureau_that_has_nothing_to_tell_tells_nothing(
    services: Services, written: Write, mark: str
) -> None:
    import_holders(services, written(HOLDERS, ROW))
    result = feed(services, "employment", written("permit_no,employer,as_of_on", f"P-1,{mark},2026-11-20"))
    assert rejected(result)[1][-2:] == ["employer", "不能为空"]
    assert facts(services.store) == {}


@pytest.mark.parametrize("broken", [*sorted(BROKEN), "########"])
def test_an_error_of_the_sheet_is_sent_back_and_no_value(
    services: Services, written: Write, broken: str
) -> None:
    result = import_holders(services, written(HOLDERS, ROW.replace("样例公司", broken)))
    assert rejected(result)[1][12] == "employer"
    assert broken in rejected(result)[1][13]


@pytest.mark.parametrize("word", ["失业", "待业", "无工作单位", "无", "失业人员"])
def test_a_word_for_having_no_work_is_no_employer_s_name(
    services: Services, written: Write, word: str
) -> None:
    import_holders(services, written(HOLDERS, ROW.replace("样例公司", word)))
    assert on_file(services.store)[Field.EMPLOYMENT] == NONE
