"""The desk's door: strangers neither get in nor keep its owner out, and an odd address is nobody's."""

import re

import pytest
from flask import Flask

from renewal.services.accounts import accounts, signing_in
from renewal.services.app import Services
from sms_gateway.desk.browsers import COOKIE
from sms_gateway.limits_table import TRIES_PER_BROWSER
from tests.desk.conftest import (
    PASSWORD,
    Clerk,
    app,
    assistant,
    clerk,
    make_account,
    services,
    sign_in,
    stranger,
)

__all__ = ["app", "assistant", "clerk", "services", "sign_in", "stranger"]
WRONG = "another-word-of-a-test"
BOUND = TRIES_PER_BROWSER[0].amount


def enter(browser: Clerk, name: str = "li", password: str = PASSWORD) -> int:
    browser.get("/sign-in")
    return browser.post("/sign-in", then=False, name=name, password=password).status_code


def signed_out(clerk: Clerk) -> Clerk:
    clerk.get("/account")
    assert clerk.post("/sign-out", then=False).status_code == 303
    return clerk


def shut_out(app: Flask, services: Services, name: str = "li") -> None:
    """Strangers try wrong passwords until the account takes no more."""
    for _ in range(signing_in.MOST_TRIES):
        assert enter(Clerk(app.test_client()), name, WRONG) == 401
    assert [one.state for one in accounts.listed(services) if one.name == name] == ["shut_out"]
    assert enter(Clerk(app.test_client()), name) == 401


def marks(browser: Clerk) -> str:
    return browser.client.get_cookie(COOKIE).value


def test_strangers_wrong_passwords_keep_nobody_out_of_a_browser_that_signed_in_before(
    app: Flask, services: Services, clerk: Clerk
) -> None:
    signed_out(clerk)
    shut_out(app, services)
    assert enter(clerk) == 303


def test_several_who_share_a_browser_get_in(app: Flask, services: Services, clerk: Clerk) -> None:
    make_account(services, "wang")
    assert enter(signed_out(clerk), "wang") == 303
    signed_out(clerk)
    shut_out(app, services)
    assert enter(clerk) == 303


def test_such_a_browser_opens_nothing_without_the_password(clerk: Clerk) -> None:
    assert enter(signed_out(clerk), password=WRONG) == 401


def test_such_a_browser_guesses_no_more_often_than_any_other(
    app: Flask, services: Services, clerk: Clerk
) -> None:
    signed_out(clerk)
    shut_out(app, services)
    stolen = marks(clerk)
    for number in range(BOUND):
        thief = Clerk(app.test_client())
        thief.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        thief.client.set_cookie(COOKIE, f"{stolen}.{'x' * number}"[: 80 + number])
        assert enter(thief, password=WRONG) == 401
    thief = Clerk(app.test_client())
    thief.client.set_cookie(COOKIE, stolen)
    assert enter(thief) == 401, "the mark counts for nothing now, and the account is shut"


@pytest.mark.parametrize("forged", ["", "x", "." * 50, "a" * 3000, "签", "AAAAAAAAAAAAAAAA" + "0" * 64])
def test_an_invented_mark_opens_no_account_that_is_shut(
    app: Flask, services: Services, clerk: Clerk, forged: str
) -> None:
    shut_out(app, services)
    browser = Clerk(app.test_client())
    browser.client.set_cookie(COOKIE, forged)
    assert enter(browser) == 401


def test_anothers_mark_is_none_of_this_account(app: Flask, services: Services, clerk: Clerk) -> None:
    make_account(services, "wang")
    shut_out(app, services, "wang")
    assert enter(signed_out(clerk), "wang") == 401


def test_a_mark_ends_with_the_password_and_with_the_account(
    app: Flask, services: Services, clerk: Clerk
) -> None:
    signed_out(clerk)
    accounts.set_password(services, "li", f"{PASSWORD}-2", must_change=False, actor="test")
    shut_out(app, services)
    assert enter(clerk, password=f"{PASSWORD}-2") == 401
    accounts.unlock(services, "li", actor="test")
    assert enter(clerk, password=f"{PASSWORD}-2") == 303
    accounts.lock(services, "li", actor="test")
    assert enter(clerk, password=f"{PASSWORD}-2") == 401


def test_a_mark_says_nothing_of_whose_it_is(services: Services, clerk: Clerk) -> None:
    made = {signing_in.mark_of(services, "li") for _ in range(3)}
    assert len({mark[16:] for mark in made}) == 3
    cookie = clerk.client.get_cookie(COOKIE)
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Strict", "/")


@pytest.mark.parametrize("number", ["2147483648", "99999999999999999999999999", "-1", "0x1"])
@pytest.mark.parametrize("act", ["claim", "done"])
def test_a_number_that_no_database_counts_to_is_no_address(clerk: Clerk, number: str, act: str) -> None:
    clerk.get("/account")
    assert clerk.post(f"/callbacks/{number}/{act}", then=False).status_code == 404


def test_each_view_is_for_somebody_who_signed_in(app: Flask, stranger: Clerk) -> None:
    desk = app.wsgi_app.mounts["/desk"].__self__
    free = {"static", "signing.sign_in", "signing.signed_in"}
    rules = [rule for rule in desk.url_map.iter_rules() if rule.endpoint not in free]
    assert len(rules) > 10
    for rule in rules:
        path = re.sub("<[^>]*>", "1", rule.rule)
        method = "POST" if "POST" in rule.methods else "GET"
        stranger.get("/sign-in")
        answer = stranger.client.open(f"/desk{path}", method=method, data={"csrf_token": stranger.token})
        assert (answer.status_code, answer.location) == (303, "/desk/sign-in"), rule
