"""Replies to a notice of failure that only tell something: admitted, denied, done at the window, a death."""

from datetime import date

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.memory import Memory
from renewal.dialogue.replies import read_replies
from renewal.dialogue.responding import Response
from renewal.dialogue.telling import facts_of
from renewal.dialogue.topics import BadTopics
from renewal.dialogue.understood import Understood
from renewal.domain import Field, Outcome
from renewal.language.reading import read
from tests.loaded import RULES, ask_of

TODAY, EXPIRES_ON = date(2026, 11, 23), date(2026, 12, 8)
UNSURE = (("change_report", 0.3), ("notice_dispute", 0.28))


def hear(text: str, reason: Field, *ranking: tuple[str, float], memory: Memory | None = None) -> Response:
    """A reply of a holder who was sent a notice with that reason, by SMS."""
    before = memory or Memory()
    case = Case(
        conversation_id="",
        channel="sms",
        holder_id=1,
        permit_id=1,
        expires_on=EXPIRES_ON,
        period_on=EXPIRES_ON,
        notice="failure",
        reasons=(reason,),
        last_outcome=Outcome.FAILED,
        last_reasons=(reason,),
        facts=facts_of(before, read(text, TODAY), RULES),
    )
    (intent, confidence), *_ = ranking or UNSURE
    said = Understood(intent=intent, text=text, confidence=confidence, ranking=ranking or UNSURE)
    return respond(ask_of(said, case=case, memory=before))


def text_of(response: Response) -> str:
    return "".join(message.text for message in response.messages)


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("是的，我搬了，住到员工宿舍了", Field.ADDRESS, ("先变更信息，再续签", "集体宿舍证明", "人事或保卫")),
        ("没错，我搬家了", Field.ADDRESS, ("先变更信息，再续签",)),
        ("老号码停用了，换了个新的", Field.PHONE, ("先变更信息，再续签",)),
        ("我地址没变过", Field.ADDRESS, ("您没换地址", "书面证明|住所证明")),
        ("单位没换，不过我搬家了", Field.EMPLOYMENT, ("您工作没变", "地址、工作、电话真有变化")),
        ("上个月离婚了", Field.MARRIAGE, ("短信说的就是婚姻状况",)),
        ("我公司倒闭了，没工作了", Field.EMPLOYMENT, ("没工作不等于不能续",)),
    ],
)
def test_what_is_told_of_the_compared_field_decides_the_answer_without_a_choice_of_two(
    text: str, reason: Field, words: tuple[str, ...]
) -> None:
    said = text_of(hear(text, reason))
    for word in words:
        assert any(each in said for each in word.split("|")), (word, said)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("我爸上个月走了，我投靠的就是他", Field.SPONSOR),
        ("投靠的人去年过世了，还能续吗", Field.SPONSOR),
        ("老公前几天病故了", Field.MARRIAGE),
    ],
)
def test_a_death_is_met_with_one_word_of_sympathy_first(text: str, reason: Field) -> None:
    assert text_of(hear(text, reason, ("family_change", 0.9), ("greet", 0.05))).startswith("请节哀。")


@pytest.mark.parametrize("text", ["如果投靠的人去世了怎么办", "我妈走了一趟窗口", "老公没了工作"])
def test_what_is_only_supposed_or_no_death_gets_none(text: str) -> None:
    assert "节哀" not in text_of(hear(text, Field.SPONSOR, ("family_change", 0.9), ("greet", 0.05)))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("上周四我就到社区中心弄好了，怎么还给我发", "opening_hours"),
        ("我早就办掉了，为什么又来短信", "notice_meaning"),
        ("电话16号去窗口改掉了，续签也一道办了", "change_report"),
        ("跑过一回了，都妥了", "went_told"),
    ],
)
def test_who_has_been_there_is_thanked_and_told_when_the_record_shows_it(text: str, intent: str) -> None:
    said = text_of(hear(text, Field.PHONE, (intent, 0.9), ("greet", 0.05)))
    assert "辛苦您跑一趟" in said
    assert "更新" in said
    assert "请在12月8日到期前带" not in said


@pytest.mark.parametrize(
    ("text", "intent", "words"),
    [
        ("知道了", "acknowledge", "好的，收到"),
        ("那我还用去吗", "renewal_window", "不用再跑一趟"),
        ("还要我干嘛", "auto_failed", "不用再跑一趟"),
        ("随便说一句", "out_of_scope", "这个我答不上来"),
    ],
)
def test_after_that_nobody_is_sent_to_the_window_once_more(text: str, intent: str, words: str) -> None:
    first = hear("我昨天去窗口签好了", Field.ADDRESS)
    kept = facts_of(Memory(), read("我昨天去窗口签好了", TODAY), RULES).kept()
    memory = Memory(topic=first.memory.topic, facts=kept)
    said = text_of(hear(text, Field.ADDRESS, (intent, 0.9), ("greet", 0.05), memory=memory))
    assert words in said
    assert "变更信息并续签" not in said


def test_the_new_term_runs_from_the_day_on_which_the_window_did_it() -> None:
    kept = facts_of(Memory(), read("我上周四到社区中心弄好了", TODAY), RULES).kept()
    memory = Memory(topic="went_told", facts=kept)
    said = text_of(hear("新的管到几时", Field.ADDRESS, ("valid_until", 0.9), ("greet", 0.05), memory=memory))
    assert "2027年11月19日" in said


def test_whom_to_ask_names_the_place_and_what_an_objection_needs() -> None:
    said = text_of(hear("该去找哪个", Field.ADDRESS, ("whom_to_ask", 0.9), ("greet", 0.05)))
    assert "社区事务受理服务中心" in said
    assert "居住地址" in said
    assert "书面证明" in said


def test_who_objects_is_not_taken_for_a_wrong_number() -> None:
    assert "不是您本人" not in text_of(
        hear("我不服，该找谁说理", Field.ADDRESS, ("wrong_number", 0.8), ("refused", 0.1))
    )


@pytest.mark.parametrize(
    ("text", "reason", "key"),
    [
        ("离脱了", Field.MARRIAGE, "family_change.marriage"),
        ("没离，今年刚结的婚", Field.MARRIAGE, "newly_married"),
        ("我俩分居，没办离婚", Field.MARRIAGE, "notice_dispute.marriage"),
        ("婚姻跟续签有啥关系", Field.MARRIAGE, "not_compared"),
        ("靠就业这条能续吧，我要续", Field.MARRIAGE, "own_ground"),
        ("离婚证月底才拿得到", Field.MARRIAGE, "paper_late"),
        ("她健在", Field.SPONSOR, "sponsor_alive"),
        ("女儿去了外地，户口也迁了", Field.SPONSOR, "sponsor_left"),
        ("保留学籍一年", Field.ENROLMENT, "on_leave"),
        ("寝室搬到了另一栋", Field.ENROLMENT, "other_building"),
        ("保险由总公司那边缴", Field.EMPLOYMENT, "insured_elsewhere"),
        ("我做兼职的", Field.EMPLOYMENT, "work_unlisted"),
        ("敲门那次家里没人", Field.ADDRESS, "missed_visit"),
        ("楼号统一调整过", Field.ADDRESS, "renumbered"),
        ("帮我在系统里改一下", Field.PHONE, "not_here"),
        ("备案要带伐", Field.PHONE, "no_home_paper"),
    ],
)
def test_a_short_reply_means_something_of_its_own_for_the_reason(text: str, reason: Field, key: str) -> None:
    response = hear(text, reason)
    assert response.claim == "reply"
    assert [pick.key for pick in response.picks] == [f"notice.failure.{key}"]
    assert "12月8日" in text_of(response)


def test_a_reply_means_nothing_of_its_own_for_another_reason() -> None:
    assert hear("离特了", Field.PHONE).claim != "reply"


def test_the_same_answer_is_given_again_in_other_words() -> None:
    first = hear("她健在", Field.SPONSOR)
    again = hear("人好好的呀", Field.SPONSOR, memory=first.memory)
    assert first.picks[0].key == again.picks[0].key
    assert text_of(first) != text_of(again)


def test_a_row_of_replies_is_read_strictly() -> None:
    for row in ({"words": ["a_paper"], "topic": "no_such"}, {"words": [], "topic": "where"}, {"wrong": 1}):
        with pytest.raises(BadTopics):
            read_replies({"a": row})
