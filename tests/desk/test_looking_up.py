"""Searches, stories and the audit at the desk: whose they are, what they show, what they keep."""

import re
from collections.abc import Callable

import pytest

from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.lookup import searching, story
from renewal.store.models import AuditEntry
from tests.desk.conftest import Clerk
from tests.onfile import (
    NAME,
    NUMBER,
    PHONE,
    kept,
    put_callback,
    put_centre,
    put_holder,
    put_notice,
    put_seat,
    put_talk,
)


def searched(clerk: Clerk, who: str = NUMBER, reason: str = "callback", **more: str) -> str:
    """Search, and return the address of what was found, below /desk."""
    clerk.get("/search/")
    answer = clerk.post("/search/", then=False, who=who, reason=reason, **more)
    assert answer.status_code == 303, answer.text
    return answer.location.removeprefix("/desk")


def test_a_clerk_finds_a_holder_and_opens_the_story_with_the_reason_kept(
    clerk: Clerk, services: Services
) -> None:
    permit_id = put_holder(services)
    put_notice(services, permit_id, state="failed", failure="bad_number", code="30005")
    where = searched(clerk, reason="other", words="本人来电核对")
    page = clerk.get(where).text
    assert "样***明" in page
    assert "尾号 1234" in page
    assert "别的理由：本人来电核对" in page
    told = clerk.get(f"{where}/{permit_id}").text
    assert "自动续签失败" in told
    assert NUMBER in told
    (opened,) = kept(services, story.OPENED)
    assert (opened.actor, opened.subject) == ("li(desk)", f"permit:{permit_id}")
    assert opened.detail["words"] == "本人来电核对"


def test_neither_the_page_of_results_nor_any_address_holds_a_name_a_phone_or_a_number(
    clerk: Clerk, services: Services
) -> None:
    put_holder(services)
    where = searched(clerk)
    page = clerk.get(where)
    for secret in (NAME, PHONE, PHONE.removeprefix("+86"), NUMBER):
        assert secret not in where
        assert secret not in page.text


def test_without_a_reason_nothing_is_searched_and_what_was_typed_stays_in_the_form(
    clerk: Clerk, services: Services
) -> None:
    put_holder(services)
    clerk.get("/search/")
    answer = clerk.post("/search/", then=False, who=NUMBER)
    assert answer.status_code == 400
    assert "每次查人都要选一个理由" in answer.text
    assert f'value="{NUMBER}"' in answer.text
    assert kept(services, searching.SEARCHED) == []


def test_a_story_opens_by_no_other_way_than_a_search(
    sign_in: Callable[..., Clerk], services: Services
) -> None:
    permit_id = put_holder(services)
    other_id = put_holder(services, "EX-2002", phone="+8619900005678")
    li, wang = sign_in("li"), sign_in("wang", Role.OPERATOR)
    where = searched(li)
    for who, path in (
        (wang, f"{where}/{permit_id}"),
        (li, f"{where}/{other_id}"),
        (li, f"/search/99999/{permit_id}"),
    ):
        answer = who.get(path)
        assert (answer.status_code, answer.location) == (303, "/desk/search/")
    assert kept(services, story.OPENED) == []


def test_a_search_that_is_one_too_many_is_refused_in_a_sentence(clerk: Clerk, services: Services) -> None:
    most = services.settings.desk_searches_per_10_minutes
    with services.store.session() as session:
        session.add_all(
            AuditEntry(
                at=services.now(),
                actor="li(desk)",
                action=searching.SEARCHED,
                subject="permits:,",
                detail={"by": "name", "reason": "check", "found": 0},
            )
            for _ in range(most)
        )
    clerk.get("/search/")
    answer = clerk.post("/search/", then=False, who=NUMBER, reason="check")
    assert answer.status_code == 429
    assert f"10 分钟里最多查 {most} 次" in answer.text


def test_another_page_opens_a_story_by_a_button_that_says_why(clerk: Clerk, services: Services) -> None:
    permit_id = put_holder(services)
    put_seat(services, permit_id, put_centre(services))
    page = clerk.get("/window/").text
    ticket = re.search(r"/desk(/search/permit/[^\"]+)", page)[1]
    told = clerk.post(ticket).text
    assert "这次打开的理由：本人在窗口" in told
    assert "有预约" in told
    for made_up in (f"/search/permit/{permit_id}", ticket[:-1] + ("a" if ticket[-1] != "a" else "b")):
        assert clerk.post(made_up, then=False).location == "/desk/search/"


def test_a_colleagues_ticket_opens_nothing(sign_in: Callable[..., Clerk], services: Services) -> None:
    put_seat(services, put_holder(services), put_centre(services))
    page = sign_in("first", Role.CLERK).get("/window/").text
    ticket = re.search(r"/desk(/search/permit/[^\"]+)", page)[1]
    assert sign_in("second", Role.CLERK).post(ticket, then=False).location == "/desk/search/"


def test_a_story_has_the_talks_calls_and_texts_and_says_where_a_number_is_shared(
    clerk: Clerk, services: Services
) -> None:
    permit_id = put_holder(services)
    talk = put_talk(services, permit_id=permit_id, said=("我的证呢", "在吗"))
    stray = put_talk(services, phone=PHONE, said=("你好",))
    put_callback(services, talk, permit_id=permit_id)
    told = clerk.get(f"{searched(clerk)}/{permit_id}").text
    assert "短信会话开始，一共 2 句" in told
    assert "没有核对身份，只是号码相同" in told
    assert "登记回电" in told
    assert talk in told
    assert stray in told
    put_holder(services, "EX-2002", name="样例家人")
    told = clerk.get(f"{searched(clerk)}/{permit_id}").text
    assert "几个持证人共用" in told
    assert stray not in told


def test_an_operator_reads_who_did_what_by_account_permit_and_act(
    sign_in: Callable[..., Clerk], services: Services
) -> None:
    permit_id, other_id = put_holder(services), put_holder(services, "EX-2002", phone="+8619900005678")
    li, wang, boss = sign_in("li"), sign_in("wang"), sign_in("boss", Role.OPERATOR)
    li.get(f"{searched(li)}/{permit_id}")
    wang.get(f"{searched(wang, 'EX-2002')}/{other_id}")
    everything = boss.get("/audit/").text
    assert "看一个人的全部经过" in everything
    assert "回电前核对" in everything
    by_account = boss.get("/audit/?account=wang").text
    assert "wang(desk)" in by_account
    assert "li(desk)" not in by_account
    answer = boss.post("/audit/", then=False, permit=NUMBER, act="permit.story")
    assert answer.location == f"/desk/audit/?act=permit.story&of={permit_id}"
    by_permit = boss.get(answer.location.removeprefix("/desk")).text
    assert "li(desk)" in by_permit
    assert "wang(desk)" not in by_permit
    assert NUMBER not in answer.location
    assert len(kept(services, "audit.read")) == 3


def test_a_permit_that_nobody_has_is_told_so_and_its_number_is_not_repeated(
    sign_in: Callable[..., Clerk],
) -> None:
    boss = sign_in("boss", Role.OPERATOR)
    boss.get("/audit/")
    for typed, told in (("EX-9999", "没有这个居住证号"), ("310101199001011237", "身份证号")):
        answer = boss.post("/audit/", permit=typed)
        assert told in answer.text
        assert typed not in answer.text


def test_ten_thousand_entries_come_fifty_at_a_time(sign_in: Callable[..., Clerk], services: Services) -> None:
    with services.store.session() as session:
        session.add_all(
            AuditEntry(
                at=services.now(), actor="wu(desk)", action="callbacks.read", subject="callbacks", detail={}
            )
            for _ in range(10_000)
        )
    boss = sign_in("boss", Role.OPERATOR)
    page = boss.get("/audit/?account=wu").text
    assert page.count("wu(desk)") == 50
    older = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = boss.get(older.removeprefix("/desk")).text
    assert second.count("wu(desk)") == 50
    assert "最近的" in second
    assert "更早的" not in boss.get("/audit/?account=wu&before=3").text


@pytest.mark.parametrize(
    "odd", ["before=-1", "before=9" * 40, "since=tomorrow", "of=x", "act=" + "x" * 300, "of=7777"]
)
def test_an_address_that_makes_no_sense_shows_a_page_all_the_same(
    sign_in: Callable[..., Clerk], odd: str
) -> None:
    assert sign_in("boss", Role.OPERATOR).get(f"/audit/?{odd}").status_code == 200
