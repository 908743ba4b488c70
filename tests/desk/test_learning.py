"""The desk's page of what was not understood: a clerk names it, whoever leads sees the figures."""

from collections.abc import Callable

from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.learning.unclear import unclear_texts
from tests.desk.conftest import Clerk
from tests.security.payloads import MARKUP
from tests.services.test_learning import GOOD, MISS, Talk


def test_a_clerk_names_a_group_and_sees_no_person_in_it(services: Services, clerk: Clerk) -> None:
    number = Talk(services, name="样例明").ask("样例明的社保断了一个月，电话13800138000", MISS)
    page = clerk.get("/learning/").text
    assert "〈姓名〉的社保断了一个月,电话〈号码〉" in page
    assert "13800138000" not in page
    told = clerk.post(f"/learning/{number}/name", topic="eligibility").text
    assert "1 句归到了" in told
    assert "没有等着归类的话" in told
    assert unclear_texts(services, named=True)[0].topic == "eligibility"


def test_without_a_topic_or_with_an_unknown_one_nothing_is_named(services: Services, clerk: Clerk) -> None:
    number = Talk(services).ask("社保断了一个月", MISS)
    clerk.get("/learning/")
    assert "请先选一个主题" in clerk.post(f"/learning/{number}/name").text
    assert "没有“nonsense”这个主题" in clerk.post(f"/learning/{number}/name", topic="nonsense").text
    assert "没有编号 999999" in clerk.post("/learning/999999/name", topic="where").text
    assert len(unclear_texts(services)) == 1


def test_the_figures_are_for_whoever_leads(services: Services, sign_in: Callable[..., Clerk]) -> None:
    Talk(services).ask("带什么", GOOD, "up")
    assert "<figure" not in sign_in("li", Role.CLERK).get("/learning/").text
    assert "<figure" in sign_in("wang", Role.SUPERVISOR).get("/learning/").text


def test_a_stranger_neither_reads_nor_names(services: Services, stranger: Clerk) -> None:
    number = Talk(services).ask("社保断了一个月", MISS)
    assert stranger.get("/learning/").status_code == 303
    assert stranger.post(f"/learning/{number}/name", then=False, topic="where").status_code in (303, 400)
    assert len(unclear_texts(services)) == 1


def test_markup_that_a_holder_typed_is_words_on_the_page(services: Services, clerk: Clerk) -> None:
    for evil in MARKUP:
        number = Talk(services).ask(f"能办吗{evil}", MISS)
        page = clerk.get("/learning/").text
        assert evil not in page or "<" not in evil
        assert page.count("<script") == 1  # desk.js
        clerk.post(f"/learning/{number}/name", topic="out_of_scope")
