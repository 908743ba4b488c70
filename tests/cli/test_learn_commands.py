"""`renewal learn`: what was not understood, by command."""

from pathlib import Path

from renewal.cli.main import outcome
from renewal.cli.places import ROOT
from renewal.cli.stack import opened
from tests.services.test_learning import MISS, OFFER, Talk


def test_texts_are_listed_named_and_written(capsys, tmp_path: Path) -> None:
    assert outcome(["learn", "list"]) == 0
    assert "没有等着归类的话" in capsys.readouterr().out
    with opened() as services:
        number = Talk(services).ask("宠物店能不能盖章，我是样例13800138000", MISS)
        Talk(services).ask("要带去哪里的东西", OFFER)
    assert outcome(["learn", "list", "--all"]) == 0
    listed = capsys.readouterr().out
    for told in (
        str(number),
        "宠物店能不能盖章",
        "〈号码〉",
        "没答上来",
        "给了选择",
        "materials",
        "共 2 句，分成 2 组",
    ):
        assert told in listed
    assert "13800138000" not in listed
    assert outcome(["learn", "name", str(number), "out_of_scope", "--staff", "li"]) == 0
    assert "1 句归到了“超出范围”" in capsys.readouterr().out
    file = tmp_path / "learned.yml"
    assert outcome(["learn", "export", str(file)]) == 0
    assert "写了 1 句" in capsys.readouterr().out
    assert "宠物店能不能盖章" in file.read_text("utf-8")


def test_what_is_wrong_is_said_in_one_sentence(capsys) -> None:
    assert outcome(["learn", "name", "7", "where"]) == 1
    assert "renewal learn list" in capsys.readouterr().err
    assert outcome(["learn", "name", "7", "nonsense"]) == 1
    assert "renewal learn topics" in capsys.readouterr().err
    assert outcome(["learn", "export", str(ROOT / "data/nlu/learned.yml")]) == 1
    assert "训练数据" in capsys.readouterr().err
    assert not (ROOT / "data/nlu/learned.yml").exists()
    assert outcome(["learn", "topics"]) == 0
    assert "out_of_scope  超出范围" in capsys.readouterr().out


def test_the_figures_become_a_page(capsys, tmp_path: Path) -> None:
    page = tmp_path / "figures.html"
    assert outcome(["learn", "report", "--html", str(page)]) == 0
    assert "满意率" in capsys.readouterr().out
    assert "<figure" in page.read_text("utf-8")
    assert outcome(["learn", "report", "--html", str(tmp_path / "none" / "figures.html")]) == 1
    assert "换一个能写的地方" in capsys.readouterr().err
