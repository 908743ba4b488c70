"""Where a text is cut into its questions; run in Rasa's own environment."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
CASES = {
    "我租房的，要带什么材料，去哪办，多少钱": ["我租房的,要带什么材料", "去哪办", "多少钱"],
    "续签要带什么材料？去哪里办？": ["续签要带什么材料?", "去哪里办?"],
    "请问续签需要什么材料还有多久可以拿到": ["请问续签需要什么材料", "还有多久可以拿到"],
    "逾期了怎么办会影响孩子上学吗": ["逾期了怎么办", "会影响孩子上学吗"],
    "What do I bring and where do I go?": ["What do I bring", "and where do I go?"],
    "续签的时候要带身份证吗居住证要带吗": ["续签的时候要带身份证吗", "居住证要带吗"],
    "要带什么，" * 200: ["要带什么"],
    "我跟你讲啊我是前年来的上海先在松江后来搬到嘉定中间换了两个房东水电费老是多收我的我都没跟他们计较算了算了"
    "然后今年又涨房租所以我就又搬了一次，这个居住证续签要带什么材料": ["这个居住证续签要带什么材料"],
    "合同谁来盖章 原件还是复印件都行吗": ["合同谁来盖章", "原件还是复印件都行吗"],
    "續簽要帶什麼？去哪裡辦？": ["续签要带什么?", "去哪里办?"],
}
WHOLE = [
    "怎么续签",
    "我换工作了，自动续签会失败吗？",
    "还有40天到期，要带什么",
    "能不能网上办，还是要去窗口",
    "我老婆去世了还能续吗",
    "你好，我的证快到期了。",
    "",
    "？？？",
]


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    texts = [*CASES, *WHOLE]
    code = (
        "import json, sys\nfrom bot.components.parts import split\n"
        "print(json.dumps({text: split(text) for text in json.load(sys.stdin)}))"
    )
    done = subprocess.run(
        [BOT_PYTHON, "-c", code],
        cwd=ROOT,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    parsed: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return parsed


@pytest.mark.parametrize("text", list(CASES))
def test_each_question_is_a_part_with_what_was_said_before_it(found: dict[str, list[str]], text: str) -> None:
    assert found[text] == CASES[text]


@pytest.mark.parametrize("text", WHOLE)
def test_a_text_with_one_question_stays_whole(found: dict[str, list[str]], text: str) -> None:
    assert found[text] == []


def test_what_a_text_puts_in_the_place_of_what_was_said_is_read_as_a_text_of_its_own() -> None:
    code = (
        "import json, sys\nfrom rasa.shared.nlu.training_data.message import Message\n"
        "from bot.components.parts import PartsGatherer, QuestionSplitter\n"
        "messages = QuestionSplitter().process([Message(data={'text': json.load(sys.stdin)})])\n"
        "whole = PartsGatherer().process(messages)[0]\n"
        "print(json.dumps([whole.get('instead')['text'], whole.get('parts')]))"
    )
    done = subprocess.run(
        [BOT_PYTHON, "-c", code],
        cwd=ROOT,
        input=json.dumps("不是丢了，是过期了"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == ["过期了", None]
