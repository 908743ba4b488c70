"""A name and a number are found in the ways people write them, and nothing else is taken for one."""

import pytest

from renewal.language.contact import broken_phone, check_phone
from renewal.language.names import Evidence, check_name


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("幺三八零零幺三八零零零", "+8613800138000"),
        ("我电话是13987654321哦", "+8613987654321"),
        ("13800138000或者13900139000", "+8613800138000"),
        ("021-62345678", "+862162345678"),
        ("（021）62345678", "+862162345678"),
        ("021 6234 5678 转 801", "+862162345678;ext=801"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 7911 123456", "+447911123456"),
        ("我在香港，+852 2345 6789", "+85223456789"),
        ("62345678", None),  # a landline of which town?
        ("1380013800", None),
        ("12345", None),
        ("没有电话", None),
        ("", None),
    ],
)
def test_a_phone_is_found_in_any_wording_or_refused(said: str, phone: str | None) -> None:
    assert check_phone(said) == phone


@pytest.mark.parametrize(
    "said",
    [
        "不是13812345678是13987654321",
        "是13987654321不是13812345678",
        "13987654321，不是13812345678",
        "13812345678不对，是13987654321",
        "13812345678打不通了，换13987654321",
        "旧号13812345678，新号13987654321",
        "号码写错了是13987654321",
        "not 13812345678, 13987654321",
    ],
)
def test_of_two_numbers_the_one_that_is_not_called_wrong_is_taken(said: str) -> None:
    assert check_phone(said) == "+8613987654321"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("陈晓明", "陈晓明"),
        ("我叫陈晓明", "陈晓明"),
        ("免贵姓王", "王"),
        ("王女士", "王女士"),
        ("应先生", "应先生"),
        ("叫我小张就行", "小张"),
        ("我叫陈晓明 13800138000 想问续签", "陈晓明"),
        ("陈晓明13800138000", "陈晓明"),
        ("13800138000王女士", "王女士"),
        ("姓名：李雷 电话：13800138000", "李雷"),
        ("姓名王芳手机13800138000", "王芳"),
        ("阿里木江·买买提", "阿里木江·买买提"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("李想", "李想"),
        ("马为民", "马为民"),
        ("I'm John Smith", "John Smith"),
        ("my name is li lei", "li lei"),
        ("Li Lei", "Li Lei"),
        ("Ms Wang, +44 7911 123456", "Ms Wang"),
    ],
)
def test_a_name_is_found_in_any_wording(said: str, name: str) -> None:
    assert check_name(said) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("名字错了，是李四", "李四"),
        ("名字写错了应该是李四", "李四"),
        ("名字改成李四", "李四"),
        ("名字不对，我叫李四", "李四"),
        ("不叫王五，叫李四", "李四"),
        ("是李四不是李三", "李四"),
        ("不是李三是李四", "李四"),
        ("我姓章不是张", "章"),
        ("it's Li Lei not Li Mei", "Li Lei"),
        ("名字错了", None),
        ("不是王五", None),
    ],
)
def test_of_two_names_the_one_that_is_not_called_wrong_is_taken(said: str, name: str | None) -> None:
    assert check_name(said) == name


@pytest.mark.parametrize(
    "said",
    [
        "怎么续签",
        "不想说",
        "13800138000",
        "你好",
        "谢谢",
        "随便",
        "时间",
        "方便",
        "周末",
        "材料",
        "改成晚上",
        "转人工",
        "叫个人来跟我说",
        "我是张江的",
        "我是租房的",
        "电话号码不对",
        "请打给我 13800138000",
        "papers if I rent",
        "Papers If I Rent",
        "hello",
        "I rent",
    ],
)
def test_what_is_no_name_is_refused(said: str) -> None:
    assert check_name(said) is None


def test_how_much_speaks_for_a_name_decides_where_it_is_taken() -> None:
    assert check_name("古丽", Evidence.POSSIBLE) == "古丽"
    assert check_name("古丽", Evidence.SHAPED) is None
    assert check_name("陈晓明", Evidence.SHAPED) == "陈晓明"
    assert check_name("陈晓明", Evidence.STATED) is None
    assert check_name("我叫古丽", Evidence.STATED) == "古丽"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我姓許 13800138505", "許"),
        ("姓劉，電話13800138505", "劉"),
        ("陳曉明 13800138505", "陳曉明"),
        ("黃女士13800138505", "黃女士"),
        ("不是張偉，是張維", "張維"),
        ("稱呼我吳先生", "吳先生"),
    ],
)
def test_a_name_in_traditional_characters_is_found_and_kept_as_written(said: str, name: str) -> None:
    assert check_name(said, Evidence.SHAPED) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫𠮷田，电话13800138000", "𠮷田"),
        ("我叫李〇", "李〇"),
        ("我叫古丽米热•艾比布力", "古丽米热·艾比布力"),
        ("我叫买买提‧艾山", "买买提·艾山"),
        ("José García, 13800138000", "José García"),
        ("my name is Łukasz Nowak", "Łukasz Nowak"),
        ("张 三", "张三"),
        ("我叫李 小 龙，打给我", "李小龙"),
        ("王 芳 13800138000", "王芳"),
        ("我叫张伟(David)", "张伟"),
        ("张伟（David）13800138000", "张伟"),
        ("钱多多", "钱多多"),
        ("我叫钱多多", "钱多多"),
    ],
)
def test_a_name_of_a_rare_shape_is_read_whole(text: str, name: str) -> None:
    assert check_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫安全", "安全"),
        ("姓名：周一鸣 13800138000", "周一鸣"),
        ("我叫李再兴", "李再兴"),
        ("孙子涵", "孙子涵"),
        ("Nguyễn Văn Bình", "Nguyễn Văn Bình"),
        ("Siân O’Connor", "Siân O’Connor"),
        ("我姓张要办续签", None),
        ("我姓王想问下", None),
        ("叫我现在过去", None),
        ("叫我周一来拿", None),
        ("孙子的", None),
        ("名字里有个生僻字", None),
        ("周一下午", None),
    ],
)
def test_a_name_that_is_introduced_may_look_like_another_word(text: str, name: str | None) -> None:
    assert check_name(text) == name


@pytest.mark.parametrize("text", ["要多少钱", "钱包丢了", "想问下 周三 上班吗", "(急)"])
def test_what_only_looks_like_such_a_name_is_none(text: str) -> None:
    assert check_name(text, Evidence.SHAPED) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("电话是1380013800", 10),
        ("我手机138 0013 800", 10),
        ("1391234567", 10),
        ("号码是139123456789", 12),
        ("电话13800138000", None),
        ("我2019年的证，编号1380013800开头", None),
        ("社保交了138个月", None),
        ("my phone is 1380013800", 10),
    ],
)
def test_a_number_that_is_not_whole_is_noticed(text: str, digits: int | None) -> None:
    assert broken_phone(text) == digits
