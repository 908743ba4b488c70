"""Signing in at the desk, and out of it: who may see what, and what another site's page or a copied cookie may do."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select

from renewal.domain.staff import Role
from renewal.services.accounts import accounts
from renewal.services.app import Services
from renewal.services.talks import web_sessions
from renewal.store.models import AuditEntry, Callback
from sms_gateway.app import create_app
from sms_gateway.desk import access, signing
from tests.bookings import book_callback
from tests.desk.conftest import PASSWORD, Clerk, make_account
from tests.gateway.conftest import ScriptedAssistant

WRONG = "账户名或口令不对"


def desk_of(app: Flask) -> Flask:
    """The desk's own app, below the public one."""
    return app.wsgi_app.mounts["/desk"].__self__


def test_every_view_of_the_desk_says_whom_it_is_for(app: Flask) -> None:
    desk = desk_of(app)
    with desk.app_context():
        endpoints = {rule.endpoint for rule in desk.url_map.iter_rules()} - {"static"}
        assert {endpoint for endpoint in endpoints if access.role_of(endpoint) is None} == set()
        free = {endpoint for endpoint in endpoints if not isinstance(access.role_of(endpoint), Role)}
    assert free == {"signing.sign_in", "signing.signed_in"}


def test_who_is_not_signed_in_is_led_to_the_page_to_sign_in_from_every_page(
    app: Flask, stranger: Clerk
) -> None:
    desk = desk_of(app)
    for rule in desk.url_map.iter_rules():
        if rule.endpoint in ("static", "signing.sign_in") or "GET" not in rule.methods:
            continue
        path = rule.rule.replace("<conversation_id>", "a" * 32)
        if "<" in path:
            path = path.replace("<int:", "<").split("<")[0] + "1"
        answer = stranger.get(path)
        assert (answer.status_code, answer.location) == (303, "/desk/sign-in"), path


def test_a_page_is_kept_by_no_cache_and_shown_within_no_other_page(clerk: Clerk) -> None:
    for path in ("/", "/callbacks/", "/talks/", "/account"):
        answer = clerk.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_name_password_and_lock_are_refused_in_the_same_words(services: Services, stranger: Clerk) -> None:
    make_account(services, "open-account")
    make_account(services, "locked-account")
    accounts.lock(services, "locked-account", actor="test")
    pages = []
    for name in ("open-account", "locked-account", "nobody"):
        stranger.get("/sign-in")
        answer = stranger.post("/sign-in", name=name, password="wrong-wrong-wrong")
        assert answer.status_code == 401
        pages.append(answer.text.replace(name, "NAME").replace(stranger.token, "TOKEN"))
    assert WRONG in pages[0]
    assert len({page.split("csrf_token")[0] for page in pages}) == 1


def test_after_ten_wrong_passwords_the_right_one_opens_nothing_until_somebody_unlocks(
    services: Services, stranger: Clerk
) -> None:
    make_account(services, "li")
    stranger.get("/sign-in")
    for _ in range(10):
        assert WRONG in stranger.post("/sign-in", name="li", password="wrong-wrong-wrong").text
    assert WRONG in stranger.post("/sign-in", name="li", password=PASSWORD).text
    accounts.unlock(services, "li", actor="test")
    assert stranger.post("/sign-in", then=False, name="li", password=PASSWORD).status_code == 303


def test_one_address_tries_only_so_often_whatever_the_names(stranger: Clerk) -> None:
    stranger.get("/sign-in")
    answers = [stranger.post("/sign-in", name=f"n{n}", password="x") for n in range(21)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert "请过几分钟再来" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_however_many_passwords_are_looked_at_no_webhook_waits_for_them(
    services: Services, stranger: Clerk
) -> None:
    make_account(services, "li")
    stranger.get("/sign-in")
    with ExitStack() as exits:
        for _ in range(4):
            exits.enter_context(signing.LOOKS)
        answer = stranger.post("/sign-in", name="li", password=PASSWORD)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert "请过一会儿再试" in answer.text
        assert stranger.client.get("/healthz").status_code == 200
    assert stranger.post("/sign-in", then=False, name="li", password=PASSWORD).status_code == 303


def test_signed_out_a_copy_of_the_cookie_opens_nothing(app: Flask, clerk: Clerk) -> None:
    copied = clerk.client.get_cookie("renewal_desk").value
    assert "已退出" in clerk.post("/sign-out").text
    thief = Clerk(app.test_client())
    thief.client.set_cookie("renewal_desk", copied)
    assert thief.get("/callbacks/").location == "/desk/sign-in"


def test_signing_out_everywhere_ends_the_other_browser_too(
    app: Flask, services: Services, clerk: Clerk
) -> None:
    other = Clerk(app.test_client())
    other.get("/sign-in")
    other.post("/sign-in", name="li", password=PASSWORD)
    assert other.get("/").status_code == 200
    assert "所有地方都退出了" in clerk.post("/sign-out-everywhere").text
    assert other.get("/").location == "/desk/sign-in"
    assert clerk.get("/").location == "/desk/sign-in"


def test_signing_in_takes_a_cookie_that_was_not_there_before(app: Flask, services: Services) -> None:
    make_account(services, "li")
    visitor = Clerk(app.test_client())
    visitor.get("/sign-in")
    planted = visitor.client.get_cookie("renewal_desk").value
    visitor.post("/sign-in", name="li", password=PASSWORD)
    assert visitor.client.get_cookie("renewal_desk").value != planted
    other = Clerk(app.test_client())
    other.client.set_cookie("renewal_desk", planted)
    assert other.get("/").location == "/desk/sign-in"


def test_a_password_that_somebody_else_knows_is_changed_before_anything_else(
    sign_in: Callable[..., Clerk],
) -> None:
    clerk = sign_in("li", must_change=True)
    assert clerk.get("/callbacks/").location == "/desk/account"
    assert "请先换一个自己的" in clerk.get("/account").text
    weak = clerk.post("/account/password", present=PASSWORD, new="short", again="short")
    assert "12 到 200 个字" in weak.text
    differ = clerk.post("/account/password", present=PASSWORD, new="river-lantern-cabbage", again="x")
    assert "和上面的不一样" in differ.text
    new = {"new": "river-lantern-cabbage", "again": "river-lantern-cabbage"}
    assert "口令改好了" in clerk.post("/account/password", present=PASSWORD, **new).text
    assert clerk.get("/callbacks/").status_code == 200


@pytest.mark.parametrize("token", ["", "x", None], ids=["empty", "wrong", "of another"])
def test_a_form_without_its_token_or_with_a_wrong_one_does_nothing(
    clerk: Clerk, sign_in: Callable[..., Clerk], services: Services, token: str | None
) -> None:
    made, _ = web_sessions.open_web(services)
    book_callback(services, made, name="样例女士", phone="+8613800138000")
    clerk.get("/callbacks/")
    clerk.token = token if token is not None else sign_in("wang").token
    answer = clerk.post("/callbacks/1/done")
    assert answer.status_code == 400
    assert "刷新后再做一次" in answer.text
    with services.store.read() as session:
        assert session.get_one(Callback, 1).state == "open"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_form_from_another_origin_does_nothing_with_a_clerks_session(
    clerk: Clerk, services: Services, headers: dict[str, str]
) -> None:
    made, _ = web_sessions.open_web(services)
    book_callback(services, made, name="样例女士", phone="+8613800138000")
    clerk.get("/callbacks/")
    data = {"csrf_token": clerk.token}
    answer = clerk.client.post("/desk/callbacks/1/done", data=data, headers=headers)
    assert answer.status_code == 403
    assert "不是从工作台发出" in answer.text
    with services.store.read() as session:
        assert session.get_one(Callback, 1).state == "open"


def test_a_page_that_takes_another_role_is_refused_in_a_plain_sentence(
    clerk: Clerk, sign_in: Callable[..., Clerk]
) -> None:
    answer = clerk.get("/people/")
    assert answer.status_code == 403
    assert "要运维才能看，您现在是受理" in answer.text
    assert "/people/" not in clerk.get("/").text
    operator = sign_in("ops", Role.OPERATOR)
    assert 'href="/desk/people/"' in operator.get("/").text
    assert "li" in operator.get("/people/").text


def test_every_signing_in_failure_and_signing_out_is_in_the_audit_by_name(
    services: Services, clerk: Clerk, stranger: Clerk
) -> None:
    stranger.get("/sign-in")
    stranger.post("/sign-in", name="li", password="wrong-wrong-wrong")
    clerk.post("/sign-out")
    with services.store.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.actor, row.action) for row in rows if row.action.startswith("desk.")] == [
        ("li(desk)", "desk.signed_in"),
        ("li(desk)", "desk.refused"),
        ("li(desk)", "desk.signed_out"),
    ]


def test_under_https_its_cookie_is_for_this_host_alone_and_no_script_reads_it(
    services: Services, assistant: ScriptedAssistant
) -> None:
    secure = services.settings.model_copy(update={"public_url": "https://sms.example.org"})
    client = create_app(secure, replace(services, settings=secure), assistant).test_client()
    answer = client.get("/desk/sign-in", base_url="https://sms.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-renewal_desk=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie.split("; ")
    assert "Domain" not in cookie
    assert "Strict-Transport-Security" in answer.headers


def test_the_chat_knows_nothing_of_the_desks_cookie(app: Flask) -> None:
    client = app.test_client()
    client.get("/desk/sign-in")
    opened = client.post("/chat/sessions", json={})
    assert "renewal_desk" not in opened.headers.get("Set-Cookie", "")
    assert client.post("/chat/messages", json={"id": "1", "text": "在吗"}).status_code == 200


@pytest.mark.parametrize("change", [{"desk": False}, {"desk_secret": SecretStr("")}])
def test_where_it_is_switched_off_or_has_no_secret_there_is_no_desk(
    services: Services, assistant: ScriptedAssistant, change: dict[str, Any]
) -> None:
    off = services.settings.model_copy(update=change)
    client = create_app(off, replace(services, settings=off), assistant).test_client()
    assert client.get("/desk/sign-in").status_code == 404


def test_another_name_for_this_machine_opens_no_desk(stranger: Clerk) -> None:
    answer = stranger.get("/sign-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/callbacks/1/done", 405),
        ("DELETE", "/callbacks/", 405),
        ("TRACE", "/", 405),
        ("POST", "/nowhere", 404),
    ],
)
def test_what_is_no_page_is_told_on_one(clerk: Clerk, method: str, path: str, status: int) -> None:
    answer = clerk.client.open(f"/desk{path}", method=method)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_too_much_in_a_form_is_refused(clerk: Clerk) -> None:
    clerk.get("/callbacks/")
    answer = clerk.post("/callbacks/1/note", note="长" * 100_000)
    assert answer.status_code == 413
