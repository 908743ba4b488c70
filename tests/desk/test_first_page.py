"""The desk's first page: a number and a way there for each thing that waits, as far as the role goes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.talks import conversations, person, web_sessions
from renewal.services.texts import holds
from tests.conftest import TODAY
from tests.desk.conftest import Clerk
from tests.desk.test_overseeing import put_night
from tests.onfile import put_holder, put_notice

OVERSEEN = ("/desk/sending/failed", "/desk/sending/", "/desk/nights/")


@pytest.fixture
def boss(sign_in: Callable[..., Clerk]) -> Clerk:
    return sign_in("boss", Role.SUPERVISOR)


def tiles(clerk: Clerk) -> dict[str, tuple[str, str]]:
    """Each tile's number and what stands below it, by the page that it leads to."""
    page = clerk.get("/").text.split('id="home-live"')[1].split("</ul>")[0]
    found = re.findall(
        r'<a href="([^"]+)">.*?class="count">(.*?)</p>\s*<p class="muted">(.*?)</p>', page, re.DOTALL
    )
    return {link: (number, words) for link, number, words in found}


def test_a_clerk_sees_calls_and_conversations_and_nothing_that_leads_nowhere(clerk: Clerk) -> None:
    shown = tiles(clerk)
    assert set(shown) == {"/desk/callbacks/", "/desk/talks/"}
    assert all(clerk.get(link.removeprefix("/desk")).status_code == 200 for link in shown)


def test_a_supervisor_sees_what_is_dead_held_and_what_the_night_came_to(
    boss: Clerk, services: Services
) -> None:
    permit_id = put_holder(services)
    put_notice(services, permit_id, state="failed", failure="bad_number")
    put_notice(services, permit_id, "renewed", state="pending")
    put_night(services, TODAY)
    with services.store.session() as session:
        holds.hold(session, holds.NOTICES, why="试一试", now=services.now())
    shown = tiles(boss)
    assert shown["/desk/sending/failed"][0] == "1"
    assert shown["/desk/sending/"] == ("1", "现在停着 1 项")
    number, words = shown[f"/desk/nights/{TODAY}"]
    assert number == "10"
    assert "续签 10" in words
    assert all(boss.get(link.removeprefix("/desk")).status_code == 200 for link in shown)


def test_before_the_first_night_nothing_is_wrong(boss: Clerk) -> None:
    shown = tiles(boss)
    assert shown["/desk/nights/"] == ("0", "还没有做过夜间比对")
    assert [shown[link][0] for link in OVERSEEN] == ["0", "0", "0"]


@pytest.mark.parametrize(("finished", "days_ago", "told"), [(False, 0, "停在半路"), (True, 3, "没有做")])
def test_a_night_that_stopped_or_never_began_is_told_first(
    boss: Clerk, services: Services, finished: bool, days_ago: int, told: str
) -> None:
    put_night(services, TODAY - timedelta(days=days_ago), finished=finished, done=4)
    found = [words for link, (_, words) in tiles(boss).items() if link.startswith("/desk/nights")]
    assert told in found[0]
    assert 'class="card urgent"' in boss.get("/").text


def test_who_asked_for_a_person_is_counted_and_listed_with_the_wait(clerk: Clerk, services: Services) -> None:
    web, _ = web_sessions.open_web(services)
    texted = conversations.for_phone(services, "+8619900000001")
    with services.store.session() as session:
        person.ask(session, web, services.now() - timedelta(minutes=42))
        person.ask(session, texted, services.now())
    assert tiles(clerk)["/desk/talks/"][0] == "2"
    listed = clerk.get("/talks/").text
    assert listed.count("要人工，还没登记回电") == 2
    assert "42" in listed
    assert listed.index(web[:8]) < listed.index(texted[:8])
