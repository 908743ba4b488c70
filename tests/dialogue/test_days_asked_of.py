"""Days that are only asked about: one at which days are counted, one supposed, one's own after another's."""

import pytest

from tests.dialogue.test_days_told import Talk, said


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("2月5号算逾期第几天", "第62天"),
        ("那1月9号是过期第几天", "第35天"),
        ("1月9号那天已经过期多少天了", "第35天"),
        ("1月9号才有空去，算过期几天", "第35天"),
    ],
)
def test_days_are_counted_at_the_day_that_is_asked_about(text: str, counted: str) -> None:
    answer = said(("我的证12月5号到期", "inform"), (text, "days_over"))
    assert counted in answer
    assert "还没有过期" not in answer


def test_the_days_left_are_counted_at_the_day_to_go_spoken_of_last() -> None:
    turns = (
        ("my permit expires 12 March 2027, can I renew on Feb 20", "may_go"),
        ("how many days would there be on that day", "days_left"),
    )
    assert "还剩20天" in said(*turns)


def test_the_days_over_today_are_told_beside_a_day_to_go() -> None:
    answer = said(("10月4号到期的", "overdue"), ("过了几天了，明天去行吗", "days_over"))
    assert "到今天过了50天" in answer
    assert "11月24日补办" in answer


@pytest.mark.parametrize("text", ["what if it were Jan 11 instead", "and suppose the card says Jan 11"])
def test_a_supposed_day_of_expiry_answers_the_question_before_for_once(text: str) -> None:
    talk = Talk()
    talk.hear("my permit runs out on Dec 18, may I renew today", "may_go")
    assert "从12月12日起" in talk.hear(text, "out_of_scope")
    assert "还有25天" in talk.hear("how many days left", "days_left")


@pytest.mark.parametrize(
    "text", ["我自己的是12月11号，现在可以去吗", "我这张12月11号，今天能去吗", "mine's Dec 11, can I go now?"]
)
def test_after_anothers_day_ones_own_is_worked_out_from_ones_own(text: str) -> None:
    answer = said(("我老公的证9月20号就过期了", "overdue"), (text, "may_go"))
    assert "超过" not in answer
    assert "12月11日" in answer or "11 Dec" in answer


@pytest.mark.parametrize("text", ["看花了，卡上印的是9月27", "不好意思，证上是27号"])
def test_what_the_card_shows_puts_the_expiry_right_not_the_day_to_go(text: str) -> None:
    talk = Talk()
    talk.hear("9月25号到期的，今天去行吗", "may_go")
    talk.hear(text, "correct")
    assert "11月26日" in talk.hear("最晚补到哪天", "restore_by")


def test_of_two_days_the_one_asked_alone_is_the_day_to_go() -> None:
    turns = (("9月25号到期的，今天去行吗", "may_go"), ("今天手上活多，后天呢", "out_of_scope"))
    assert "11月25日就超过" in said(*turns)


def test_a_renewal_by_the_system_runs_from_the_old_expiry_not_from_its_day() -> None:
    talk = Talk()
    answer = talk.hear("今年1月11号系统自动续签的", "inform")
    assert "原来的到期日" in answer
    assert "2027年1月11日" in answer
    assert "按您说的大概日子算" in talk.hear("还剩几天", "days_left")


def test_until_when_the_system_would_have_renewed_is_worked_out_beside_papers_handed_in() -> None:
    turns = (
        ("证12月14号到期，18号窗口收的材料", "handed_told"),
        ("假使系统自动续上了，到哪天", "auto_success"),
    )
    assert "2027年12月14日" in said(*turns)


def test_until_when_to_wait_is_asked_of_papers_that_are_to_be_handed_in_again() -> None:
    turns = (("材料缺一样，退回来了", "receipt"), ("明天我再去补交，等到哪天算完", "restore_by"))
    assert "12月24日" in said(*turns)


def test_of_papers_handed_in_late_is_told_on_which_day_that_was() -> None:
    answer = said(("10月13号过期，11月17号才补的材料，算不算60天里", "restore_by"))
    assert "第35天" in answer
    assert "在60日内" in answer
