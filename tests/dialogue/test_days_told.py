"""What was told of days answers later questions: one of two, one put right, papers in, an endorsement, another's."""

from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.memory import Memory
from renewal.dialogue.responding import Response
from renewal.dialogue.telling import as_answered, facts_of, remembered
from renewal.dialogue.understood import Understood
from renewal.language.reading import read
from tests.loaded import RULES, ask_of

TODAY = date(2026, 11, 23)


class Talk:
    """A conversation of texts, each with the topic that it was taken for."""

    def __init__(self, channel: str = "web") -> None:
        self.memory, self.channel = Memory(), channel
        self.last: Response | None = None

    def hear(self, text: str, topic: str = "out_of_scope", chance: float = 0.95) -> str:
        facts = facts_of(self.memory, read(text, TODAY), RULES, topic=topic)
        memory = remembered(self.memory, facts)
        said = Understood(
            intent=topic, text=text, confidence=chance, ranking=((topic, chance),), previous=memory.topic
        )
        ask = ask_of(said, memory=memory, channel=self.channel)
        ask = type(ask)(ground=ask.ground, case=ask.case.with_facts(facts), memory=memory, said=said)
        self.last = respond(ask)
        facts = as_answered(facts, self.last.memory)
        self.memory = Memory.of(self.last.memory.with_facts(facts).as_dict())
        return "\n".join(message.text for message in self.last.messages)


def said(*turns: Any) -> str:
    """What the last of some turns is answered with."""
    talk = Talk()
    return [talk.hear(*turn) for turn in turns][-1]


@pytest.mark.parametrize(
    ("answer", "day"),
    [
        ("看清楚了，7号", "12月7日"),
        ("是8号", "12月8日"),
        ("第2个", "12月8日"),
        ("卡上是12月7", "12月7日"),
        ("the 8th", "8 Dec"),
    ],
)
def test_whichever_of_two_days_is_named_settles_it(answer: str, day: str) -> None:
    talk = Talk()
    assert "还是" in talk.hear("12月7号还是8号到期来着", "renewal_window")
    settled = talk.hear(answer, "inform")
    assert day.split(maxsplit=1)[0].rstrip("日") in settled
    assert "几" not in settled


def test_a_day_that_is_neither_of_the_two_settles_nothing() -> None:
    talk = Talk()
    talk.hear("12月7号还是8号到期来着", "renewal_window")
    talk.hear("今天是23号", "acknowledge")
    assert not talk.memory.told.day("expires_on")


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("记岔了，是12月18", "11月18日"),
        ("不好意思看花了，12月18号", "11月18日"),
        ("不对，应该是12月18日", "11月18日"),
        ("oops, I meant December 18", "11月18日"),
        ("actually it is 18 Dec", "11月18日"),
    ],
)
def test_a_day_put_right_is_the_day_of_every_later_answer(text: str, opens: str) -> None:
    turns = (("我的证12月3号到期", "renewal_window"), (text, "correct"), ("几时可以去呀", "opens_on"))
    assert opens in said(*turns)


@pytest.mark.parametrize("text", ["弄错了，其实没过期呢", "哦我看花了，还在有效期", "不对，还没到期"])
def test_a_permit_called_past_its_day_by_mistake_runs_to_the_next_such_day(text: str) -> None:
    talk = Talk()
    talk.hear("我的过期了，12月2号的", "overdue")
    talk.hear(text, "correct")
    assert talk.memory.told.day("expires_on") == date(2026, 12, 2)


def test_what_answered_before_is_worked_out_again_from_the_day_put_right() -> None:
    turns = (
        ("我的证12月3号到期", "renewal_window"),
        ("最早哪天", "opens_on"),
        ("说错了，12月18号", "correct"),
    )
    assert "从11月18日起可以办" in said(*turns)


def test_papers_in_stay_in_and_nobody_is_sent_again() -> None:
    talk = Talk()
    talk.hear("证12月14号到期，18号我去窗口交掉材料了", "renewal_window")
    left = talk.hear("还剩多少天", "days_left")
    assert "还有21天" in left
    assert "不用再跑" in left
    assert "请带材料" not in left
    line = talk.hear("那去哪里问", "where")
    assert "请带材料" not in line


@pytest.mark.parametrize("topic", ["restore_by", "lapse_effect", "meanwhile"])
def test_of_being_late_is_told_that_the_papers_are_under_review(topic: str) -> None:
    turns = (("证12月14号到期，18号材料交上去了", "renewal_window"), ("审着审着过期了咋整", topic))
    assert "续签指南没有写" in said(*turns)
    assert "请尽量在到期前到" not in said(*turns)


def test_papers_handed_in_late_are_not_said_to_be_in_time() -> None:
    turns = (("证11月10号到期，18号补的材料交上去了", "overdue"), ("会怎样", "lapse_effect"))
    assert "60日内补办签注的，使用功能恢复" in said(*turns)


@pytest.mark.parametrize(
    "text",
    [
        "18号去窗口，当天就签好了",
        "11月18号补签好了",
        "上周三补签的",
        "it was endorsed on Nov 18",
    ],
)
def test_an_endorsement_told_begins_a_new_term_and_ends_the_lateness(text: str) -> None:
    talk = Talk()
    talk.hear("10月3号到期的", "overdue")
    talk.hear(text, "inform")
    assert talk.memory.told.day("expires_on") == date(2027, 11, 18)
    assert "2027年11月18日" in talk.hear("新的到几时", "valid_until")


def test_the_day_of_the_last_endorsement_gives_the_expiry_for_all_that_follows() -> None:
    talk = Talk()
    assert "12月8日到期" in talk.hear("去年12月8号签的注", "inform")
    assert "还有15天" in talk.hear("还剩几天", "days_left")
    assert "2027年2月6日" in talk.hear("补的话最晚几时", "restore_by")


def test_an_endorsement_of_which_no_day_is_told_tells_none() -> None:
    talk = Talk()
    talk.hear("当天就签了", "inform")
    assert "endorsed_on" not in talk.memory.told


def test_another_persons_day_is_theirs_and_ones_own_comes_back() -> None:
    talk = Talk()
    talk.hear("我的证12月5号到期", "renewal_window")
    assert "2026年12月29日" in talk.hear(
        "我老婆的是1月28，她哪天起能办", "opens_on"
    ) or "12月29日" in talk.hear("她呢", "opens_on")
    assert "还有12天" in talk.hear("那我自己呢，还剩几天", "days_left")


def test_of_two_permits_in_one_text_the_writers_own_counts() -> None:
    talk = Talk()
    talk.hear("孩子的1月8号，我的12月9号", "inform")
    assert talk.memory.told.day("expires_on") in (None, date(2026, 12, 9))


def test_a_supposed_day_to_hand_in_works_the_last_answer_out_again_for_once() -> None:
    talk = Talk()
    talk.hear("打算12月1号去窗口交，几号能审完", "review_due")
    assert "12月18日" in talk.hear("要是拖到12月4号才交呢", "renewal_window")
    assert "2027年12月1日" in talk.hear("算了还是1号，新的到哪天", "valid_until")


def test_a_supposed_day_to_go_leaves_the_day_of_expiry_as_it_was() -> None:
    talk = Talk()
    talk.hear("我12月5号到期", "renewal_window")
    assert "超过" in talk.hear("那要是拖到3月1号呢", "renewal_window")
    assert "还有12天" in talk.hear("还剩几天", "days_left")


@pytest.mark.parametrize(
    "text",
    ["12月5号到期，我1月20号才回来", "I'm back on 20 January, my permit ends 5 December"],
)
def test_a_day_to_come_back_after_expiry_is_answered_with_what_it_restores(text: str) -> None:
    assert "60" in said((text, "inform"))


def test_renewed_by_itself_the_new_term_runs_from_the_old_expiry() -> None:
    turns = (("我的证12月14号到期", "renewal_window"), ("自动续上的话新的到哪天", "valid_until"))
    assert "2027年12月14日" in said(*turns)


def test_each_review_is_told_with_the_day_by_which_all_is_done() -> None:
    handed = ("材料11月18号交的", "handed_told")
    assert "12月18日" in said(handed, ("人社几号审完", "review_due"))
    assert "12月2日" in said(handed, ("全部最晚几号办完", "done_by"))


@pytest.mark.parametrize(
    ("text", "topic", "figure"),
    [
        ("请问一下最早从哪一天开始可以到窗口办理这个手续呢", "renewal_window", "从11月25日起"),
        ("如果我一直忘记了没有去窗口办理会有什么影响呢", "overdue", "2月23日"),
    ],
)
def test_nobody_is_asked_again_for_a_day_that_was_told(text: str, topic: str, figure: str) -> None:
    answer = said(("我的证12月25号到期", "renewal_window"), (text, topic))
    assert figure in answer
    assert "告诉我" not in answer


def test_a_permit_that_is_not_over_is_answered_as_such() -> None:
    turns = (("我的过期了，12月2号的", "overdue"), ("弄错了，其实没过期呢", "overdue"))
    assert "12月2日到期，还有9天" in said(*turns)


def test_coming_back_too_late_is_told_even_where_the_model_hears_the_window() -> None:
    assert "使用功能先中止" in said(("12月5号到期，人在国外，1月20号才回来", "renewal_window"))


@pytest.mark.parametrize(
    ("text", "day"),
    [("那下周四呢", "12月3日去"), ("what about the 3rd", "12月3日去"), ("12月3呢", "12月3日去")],
)
def test_another_day_to_go_is_answered_for_that_day(text: str, day: str) -> None:
    turns = (("12月6号到期", "inform"), ("下周一去行吗", "may_go"), (text, "may_go"))
    assert day in said(*turns)


def test_a_day_to_go_that_is_told_after_an_answer_about_days_is_answered() -> None:
    assert "11月30日去来得及" in said(("12月6号到期", "inform"), ("那我打算下周一去", "inform"))


@pytest.mark.parametrize(
    ("first", "right", "left"),
    [
        ("it expires Dec 5", "no wait it's the 15th", "还有22天"),
        ("我的还有一个月到期", "不对，是两个月", "还有61天"),
        ("卡是25号到期", "哦不是，是12月25", "还有32天"),
    ],
)
def test_a_day_put_right_is_the_one_near_to_what_was_told(first: str, right: str, left: str) -> None:
    assert left in said((first, "inform"), (right, "correct"), ("还剩多少天", "days_left"))


def test_each_person_spoken_of_keeps_the_own_day() -> None:
    talk = Talk()
    talk.hear("我的证12月4号到期", "inform")
    talk.hear("我妈的证1月4号到期", "inform")
    assert "还有42天" in talk.hear("她还剩多少天", "days_left")
    assert "还有11天" in talk.hear("那我自己呢，剩几天", "days_left")
    assert "还有42天" in talk.hear("她还剩多少天", "days_left")


def test_of_a_person_whose_day_nobody_told_no_figure_is_given() -> None:
    talk = Talk()
    talk.hear("我的证12月4号到期", "inform")
    assert "11天" not in talk.hear("我妈还有几天到期", "days_left")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("那我还得再跑一趟吗", "how_to_renew"),
        ("不用再去了吧", "in_person"),
        ("do I have to go again", "where"),
    ],
)
def test_whose_papers_are_in_is_told_not_to_go_again(text: str, topic: str) -> None:
    assert "不用再跑" in said(("证12月14号到期，18号我去窗口交掉材料了", "inform"), (text, topic))


def test_papers_handed_in_roughly_are_counted_as_such() -> None:
    assert "大概日子" in said(("上礼拜去窗口交的材料", "inform"))


def test_papers_handed_in_after_the_sixty_days_are_promised_nothing() -> None:
    turns = (("证9月2号到期的", "overdue"), ("11月20号材料交上去了", "inform"), ("会咋样", "lapse_effect"))
    assert "超过60日" in said(*turns)


@pytest.mark.parametrize(
    ("told", "text", "day"),
    [
        ("材料上礼拜一交进去的", "那顶晚顶晚呢", "12月16日"),
        ("材料上礼拜一交进去的", "最后期限是几号呀", "12月16日"),
        ("I handed in my papers last Monday", "and the final date?", "12月16日"),
    ],
)
def test_the_last_day_of_papers_that_are_in_is_when_all_is_done(told: str, text: str, day: str) -> None:
    assert day in said((told, "handed_told"), (text, "restore_by"))


def test_who_only_means_to_go_is_told_nothing_of_papers_that_are_in() -> None:
    assert "12月23日" not in said(("超了一个多月，现在去补行吗", "restore_by"))


@pytest.mark.parametrize("topic", ["notice_meaning", "renewal_window"])
def test_who_was_renewed_is_told_until_when(topic: str) -> None:
    period_on = date(2026, 12, 8)
    case = Case(
        conversation_id="",
        channel="sms",
        holder_id=1,
        notice="renewed",
        period_on=period_on,
        expires_on=period_on,
    )
    said = Understood(intent=topic, text="那条短信的意思", confidence=0.95)
    assert "2027年12月8日" in respond(ask_of(said, case=case)).messages[0].text


def test_a_day_alone_is_the_expirys_where_the_text_asks_of_it() -> None:
    assert "还有14天" in Talk().hear("12月7号 还有多少天", "days_left")


def test_a_fragment_after_a_day_to_go_is_another_one() -> None:
    talk = Talk()
    talk.hear("证明年1月8号到期，要是12月去呢", "may_go")
    assert "还不能办" in talk.hear("12月1号呢", "may_go")
    assert "2027年5月1日" in talk.hear("5月呢", "inform", 0.3)


def test_a_move_to_come_is_told_by_its_day_alone() -> None:
    talk = Talk()
    talk.hear("租房，地址没变，带啥", "materials")
    assert "租赁" in talk.hear("那要是下个月换到别的小区住呢", "change_report", 0.5)


@pytest.mark.parametrize("text", ["在外面出差了三个月", "出差了两个礼拜没顾上"])
def test_how_long_somebody_was_away_is_no_time_that_is_left(text: str) -> None:
    assert read(text, TODAY).days.expires_on is None


def test_a_permit_that_is_about_to_end_is_not_over_whatever_else_is_feared() -> None:
    told = read("证28号就到期，会不会算逾期了", TODAY).days.expires_on
    assert told is not None
    assert told.on == date(2026, 11, 28)


def test_a_day_put_right_beside_a_question_renews_the_answer() -> None:
    talk = Talk()
    talk.hear("16号交的材料，最晚哪天审完", "review_time")
    assert "11月30日" not in talk.hear("哎不对 是19号交的 那要到哪天", "correct")
    assert talk.memory.facts["handed_in_on"]["value"].endswith("11-19")


def test_the_day_after_the_last_day_is_no_day_to_go() -> None:
    talk = Talk()
    talk.hear("证12月18号到期，这个月去行吗", "may_go")
    assert "60日" in talk.hear("要是18号过了怎么办", "out_of_scope", 0.3)


def test_a_day_of_expiry_put_right_in_one_text_is_answered() -> None:
    assert "9月2日" in Talk().hear("证11月2号到期 哎看错了 是9月2号", "correct", 0.7)


def test_ones_own_day_after_anothers_is_ones_expiry_whatever_is_asked_of_it() -> None:
    told = read("我自己的是12月13 能去了没", TODAY).days
    assert told.expires_on is not None
    assert told.expires_on.on == date(2026, 12, 13)
    assert read("我的是12月13号去办的", TODAY).days.expires_on is None


def test_a_first_day_to_go_is_judged_by_the_expiry_whatever_else_was_answered() -> None:
    talk = Talk()
    talk.hear("10月11号到期的，还有几天好补，要办多久", "processing_time")
    assert "11月27日" in talk.hear("周五去行吗", "may_go")
