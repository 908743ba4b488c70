"""Attacks on a web session: planted, guessed, copied and left-behind tokens, and whoever sits at the page next."""

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from renewal.dialogue.forms.acts import Act, Kind
from renewal.dialogue.forms.step import Follow
from renewal.dialogue.forms.turn import Turn
from renewal.dialogue.understood import Understood
from renewal.services.app import Services
from renewal.services.samples.scenarios import open_scenario
from renewal.services.talks import conversations, handover, web_sessions
from renewal.services.talks.case import case_of
from renewal.services.turns.taking import take_turn
from renewal.services.work import HOLDER, Work
from renewal.settings import Settings
from renewal.store.models import Conversation, Holder
from tests.security.visitors import HTTPS, STRANGER, Browser, Web, ask_for, clocked

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.usefixtures("database_kind"),
]
SECRET = "我下周要去外地"


@pytest.fixture
def web(sample: Services) -> Web:
    return Web(clocked(sample))


@pytest.fixture
def https(sample: Services) -> Web:
    return Web(clocked(sample, public_url=HTTPS), base=HTTPS)


@pytest.fixture
def owner(web: Web) -> Browser:
    """A browser in which a holder is known and said something."""
    browser = web.browser()
    assert web.login(browser, web.holder()).json["known"] is True
    browser.say(SECRET)
    return browser


# ---- a token that somebody else planted or copied before the login ------------------------------------------


def test_a_token_planted_before_the_login_opens_nothing_after_it(web: Web) -> None:
    stranger, victim = web.browser(STRANGER), web.browser(opened=False)
    victim.token = stranger.token
    assert web.login(victim, web.holder()).status_code == 200
    assert stranger.read().status_code == stranger.say("我什么时候到期").status_code == 401
    assert victim.token != stranger.token
    assert victim.read().json["known"] is True


def test_a_text_of_the_planter_that_was_on_its_way_at_the_login_gets_no_answer(web: Web) -> None:
    stranger, victim = web.browser(STRANGER), web.beside().browser(opened=False)
    victim.token = stranger.token
    victim.say(ask_for(web.holder()))
    web.assistant.meanwhile = lambda: _once(web, lambda: victim.say(web.code(web.holder())))
    assert stranger.say("我什么时候到期").status_code == 401
    assert victim.read().json["known"] is True


def test_a_reading_of_the_planter_that_was_on_its_way_at_the_login_gets_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, victim = web.browser(STRANGER), web.browser(opened=False)
    victim.token = stranger.token
    victim.say(ask_for(web.holder()))
    since = conversations.since

    def login_first(*given: Any) -> Any:
        monkeypatch.setattr(conversations, "since", since)
        victim.say(web.code(web.holder()))
        return since(*given)

    monkeypatch.setattr(conversations, "since", login_first)
    answer = stranger.read()
    assert answer.status_code == 401
    assert "messages" not in answer.json


def test_the_text_that_identified_repeated_with_the_old_token_gets_nothing(web: Web) -> None:
    browser = web.browser()
    old = browser.token
    browser.say(ask_for(web.holder()))
    code = web.code(web.holder())
    assert browser.say(code, "the-code").status_code == 200
    copy = web.browser(STRANGER, opened=False)
    copy.token = old
    assert copy.say(code, "the-code").status_code == 401


def test_no_token_lies_in_the_database(web: Web, owner: Browser) -> None:
    with web.services.store.read() as session:
        raw = "".join(str(row) for row in session.execute(text("SELECT * FROM conversations")))
    assert owner.token
    assert owner.token not in raw


# ---- the cookie ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        (HTTPS, {"public_url": HTTPS}),
        (HTTPS.replace("https", "http"), {"public_url": HTTPS}),
        ("https://localhost", {}),
        (
            HTTPS.replace("https", "http"),
            {"environment": "production", "provider": "twilio", "public_url": HTTPS},
        ),
    ],
)
def test_where_there_is_tls_no_neighbour_can_put_a_cookie_there(
    sample: Services, base: str, changed: dict[str, str]
) -> None:
    cookie = Web(clocked(sample, **changed), base=base).browser(opened=False).open().headers["Set-Cookie"]
    parts = {part.strip() for part in cookie.split(";")}
    assert cookie.startswith("__Host-renewal_chat=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= parts
    assert not any(part.lower().startswith("domain") for part in parts)


def test_a_plain_cookie_counts_for_nothing_where_there_is_tls(https: Web) -> None:
    victim, tossed = https.browser(), https.browser(opened=False)
    tossed.name = "renewal_chat"
    tossed.token = victim.token
    assert tossed.read().status_code == 401
    assert victim.read().status_code == 200


@pytest.mark.parametrize("other", ["x", "", "0" * 43, "OTHER"])
@pytest.mark.parametrize("order", ["{own}; {other}", "{other}; {own}", "{own}; {own}; {other}"])
@pytest.mark.parametrize("kind", ["web", "https"])
def test_of_two_cookies_that_differ_none_counts(
    request: pytest.FixtureRequest, kind: str, order: str, other: str
) -> None:
    web: Web = request.getfixturevalue(kind)
    victim, planter = web.browser(), web.browser(STRANGER)
    value = planter.token if other == "OTHER" else other
    own, planted = f"{victim.name}={victim.token}", f"{victim.name}={value}"
    raw = web.app.test_client(use_cookies=False)
    header = {"Cookie": order.format(own=own, other=planted)}
    assert raw.get("/chat/messages", headers=header, base_url=web.base).status_code == 401
    same = {"Cookie": f"{own}; {own}"}
    assert raw.get("/chat/messages", headers=same, base_url=web.base).status_code == 200


def test_a_token_is_told_to_the_cookie_alone(web: Web) -> None:
    browser = web.browser(opened=False)
    answer = browser.open()
    assert browser.token
    assert browser.token not in answer.get_data(as_text=True)
    others = {name: value for name, value in answer.headers if name != "Set-Cookie"}
    assert browser.token not in str(others)


@pytest.mark.parametrize(
    "carried",
    [
        {"headers": {"Authorization": "Bearer {token}"}},
        {"headers": {"Authorization": "bearer {token}"}},
        {"headers": {"Authorization": "Token {token}"}},
        {"headers": {"X-Session-Token": "{token}"}},
        {"headers": {"X-Renewal-Chat": "{token}"}},
        {"headers": {"Cookie": "Renewal_Chat={token}"}},
        {"headers": {"Cookie": "chat={token}"}},
        {"query_string": {"token": "{token}"}},
        {"query_string": {"renewal_chat": "{token}"}},
        {"json": {"token": "{token}"}},
        {"data": {"renewal_chat": "{token}"}},
    ],
)
def test_a_token_carried_any_other_way_opens_nothing(web: Web, carried: dict[str, dict[str, str]]) -> None:
    token = web.browser().token
    filled = {
        where: {name: value.format(token=token) for name, value in pairs.items()}
        for where, pairs in carried.items()
    }
    assert web.app.test_client(use_cookies=False).get("/chat/messages", **filled).status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9999"])
def test_no_other_origin_is_let_in(web: Web, origin: str) -> None:
    browser = web.browser()
    answer = browser.ask("GET", "/chat/messages", headers={"Origin": origin})
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]


INVENTED = [
    *("x", "0", "0" * 32, "0" * 43, "A" * 43, "-" * 43, "_" * 43, "a" * 44, "a" * 5000, "null", "None"),
    *("undefined", "true", "[]", "{}", "*", "%", "_", "%%", "' OR '1'='1", "' OR 1=1 --", '" OR ""="'),
    *("x') UNION SELECT id FROM conversations --", "1; DROP TABLE conversations", "../../etc/passwd"),
    *("${jndi:ldap://x}", "{{7*7}}", "<script>", "%00", "%0d%0aSet-Cookie: a=b", "\\x00", "\\012"),
    *("令牌", "ＡＡＡＡ", "𝟎𝟎𝟎", "é", "\u202e" + "a" * 43, "\u200b"),
    *("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "Bearer x", "sms", "web", "1", "-1", "1e9"),
]


@pytest.mark.parametrize("token", INVENTED)
def test_an_invented_token_opens_nothing(web: Web, token: str) -> None:
    web.browser()
    raw = web.app.test_client(use_cookies=False)
    header = {"Cookie": f"renewal_chat={token}".encode().decode("latin-1")}
    for answer in (
        raw.get("/chat/messages", headers=header),
        raw.post("/chat/messages", headers=header, json={"id": "1", "text": "你好"}),
    ):
        assert answer.status_code == 401
        assert answer.json["error"]["message"] == web.sentence("chat.no_session")
    assert web.assistant.said == []


@pytest.mark.parametrize("change", ["cut", "longer", "case", "twice", "spaced", "first", "last"])
def test_a_token_that_is_nearly_right_opens_nothing(web: Web, change: str) -> None:
    token = web.browser().token
    other = "A" if token[0] != "A" else "B"
    nearly = {
        "cut": token[:-1],
        "longer": token + "A",
        "case": token.swapcase(),
        "twice": token + token,
        "spaced": token[:20] + " " + token[20:],
        "first": other + token[1:],
        "last": token[:-1] + ("A" if token[-1] != "A" else "B"),
    }[change]
    assert web_sessions.by_token(web.services, nearly) is None


@pytest.mark.parametrize("column", ["id", "token_hash", "phone_hash"])
def test_what_the_database_holds_of_a_session_is_no_token(web: Web, column: str) -> None:
    talk = web.talk_of(web.browser().token)
    by_sms = conversations.for_phone(web.services, web.holder().phone)
    with web.services.store.read() as session:
        sms = session.get_one(Conversation, by_sms)
    for row in (talk, sms):
        assert web_sessions.by_token(web.services, str(getattr(row, column))) is None


@pytest.mark.parametrize("path", ["/chat/messages?after=0", "/chat/messages?after=1"])
def test_one_visitor_never_reads_anothers_words(web: Web, owner: Browser, path: str) -> None:
    assert web.browser(STRANGER).ask("GET", path).json["messages"] == []
    assert owner.texts()


# ---- whoever sits at the page next --------------------------------------------------------------------------


def test_after_a_silence_what_was_said_is_not_read_any_more(web: Web, owner: Browser) -> None:
    assert SECRET in owner.texts()
    web.services.wait(minutes=15)
    answer = owner.read()
    assert answer.json["known"] is False
    assert [message["text"] for message in answer.json["messages"]] == [web.sentence("identity.let_go")]


def test_after_a_silence_a_text_is_answered_as_a_strangers(web: Web, owner: Browser) -> None:
    before = web.assistant.said[-1][0]
    web.services.wait(minutes=15)
    answer = owner.say("我什么时候到期")
    assert (answer.status_code, answer.json["known"]) == (200, False)
    after = web.assistant.said[-1][0]
    assert after != before  # the assistant remembers nothing of it either
    assert not case_of(web.services, after).known
    assert owner.texts()[0] == web.sentence("identity.let_go")
    assert SECRET not in owner.texts()


def test_a_text_said_before_the_silence_is_not_answered_again_from_memory(web: Web) -> None:
    browser = web.browser()
    web.login(browser, web.holder())
    told = browser.say("我什么时候到期", "same").json["messages"]
    web.services.wait(minutes=15)
    again = browser.say("我什么时候到期", "same").json
    assert again["known"] is False
    assert again["messages"][0]["n"] != told[0]["n"]


def test_before_the_silence_is_over_the_holder_is_known(web: Web, owner: Browser) -> None:
    web.services.wait(minutes=14)
    assert owner.read().json["known"] is True
    assert SECRET in owner.texts()


def test_an_open_page_that_only_polls_is_no_sign_of_its_holder(web: Web, owner: Browser) -> None:
    for _ in range(4):
        web.services.wait(minutes=4)
        answer = owner.read()
    assert answer.json["known"] is False
    assert SECRET not in owner.texts()


def test_what_staff_say_is_no_sign_of_the_holder_and_is_not_shown_to_the_next(
    web: Web, owner: Browser
) -> None:
    talk = web.talk_of(owner.token)
    web.services.wait(minutes=10)
    handover.say(web.services, talk.id, "您登记的地址是甲路", staff="甲")
    web.services.wait(minutes=6)
    assert "甲路" not in "".join(owner.texts())
    with pytest.raises(handover.CannotSay):
        handover.say(web.services, talk.id, "您好", staff="甲")


def test_a_late_answer_is_no_sign_of_the_holder(web: Web, owner: Browser) -> None:
    talk = web.talk_of(owner.token)
    owner.say("还剩几天", "kept")
    web.services.wait(minutes=14)
    conversations.say_to(web.services, web.assistant, talk.id, "还剩几天", "c-kept")
    web.services.wait(minutes=2)
    assert owner.read().json["known"] is False


def test_a_login_ends_after_half_a_day_however_much_is_said(sample: Services) -> None:
    web = Web(clocked(sample, web_login_hours=1))
    browser = web.browser()
    web.login(browser, web.holder())
    known = []
    for _ in range(7):
        web.services.wait(minutes=10)
        known.append(browser.say("还剩几天").json["known"])
    assert known == [True] * 5 + [False] * 2


@pytest.mark.parametrize("way", ["read", "say"])
def test_a_login_ends_when_the_phone_on_file_changes(web: Web, owner: Browser, way: str) -> None:
    with web.services.store.session() as session:
        holder = session.get_one(Holder, web.holder().id)
        holder.phone, holder.phone_hash = "+8619999990009", web.services.store.phone_hash("+8619999990009")
    answer = owner.read() if way == "read" else owner.say("我什么时候到期")
    assert answer.json["known"] is False
    assert SECRET not in owner.texts()


@pytest.mark.parametrize("way", ["read", "say"])
def test_a_login_ends_when_the_number_becomes_anothers_too(web: Web, owner: Browser, way: str) -> None:
    with web.services.store.session() as session:
        other = session.get_one(Holder, web.holder(1).id)
        other.phone, other.phone_hash = web.holder().phone, web.holder().phone_hash
    answer = owner.read() if way == "read" else owner.say("我什么时候到期")
    assert answer.json["known"] is False
    assert SECRET not in owner.texts()


def test_a_login_of_which_nobody_knows_when_it_was_made_has_ended(web: Web, owner: Browser) -> None:
    with web.services.store.session() as session:
        session.get_one(Conversation, web.talk_of(owner.token).id).linked_at = None
    assert owner.read().json["known"] is False


def test_who_comes_back_is_known_again_by_a_new_code_only(web: Web, owner: Browser) -> None:
    old = web.code(web.holder())
    web.services.wait(minutes=20)
    assert owner.say(old).json["known"] is False
    assert web.login(owner, web.holder()).json["known"] is True


def test_staff_and_erasing_still_find_whose_talk_it_was(web: Web, owner: Browser) -> None:
    talk = web.talk_of(owner.token)
    web.services.wait(minutes=20)
    owner.read()
    with web.services.store.read() as session:
        ended = session.get_one(Conversation, talk.id)
    assert (ended.holder_id, ended.token_hash) == (web.holder().id, None)
    assert SECRET in [said.text for said in conversations.since(web.services, talk.id, 0)]


@pytest.mark.parametrize("name", ["web_idle_minutes", "web_login_hours"])
@pytest.mark.parametrize("value", [0, -1, 10_000])
def test_no_setting_lets_a_holder_be_known_for_ever(settings: Settings, name: str, value: int) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value}, lookup_key=settings.lookup_key, data_keys=settings.data_keys)


# ---- tokens end on the server -------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7, 401), (8, 401), (400, 401)])
def test_a_token_with_which_nothing_is_said_is_dead_after_a_week(web: Web, days: float, status: int) -> None:
    browser = web.browser()
    web.services.wait(days=days)
    answer = browser.read()
    assert answer.status_code == status
    if status == 401:
        assert answer.json["error"]["message"] == web.sentence("chat.no_session")
        assert browser.say("你好").status_code == 401


def test_a_token_is_dead_after_thirty_days_however_much_is_said(web: Web) -> None:
    browser, statuses = web.browser(), []
    for _ in range(8):
        web.services.wait(days=5)
        statuses.append(browser.say("你好").status_code)
    assert statuses == [200] * 5 + [401] * 3


def test_letting_go_of_a_holder_makes_no_token_live_longer(web: Web, owner: Browser) -> None:
    statuses = []
    for _ in range(7):
        web.services.wait(days=5)
        statuses.append(owner.say("你好").status_code)
    assert statuses == [200] * 5 + [401] * 2


# ---- signing out --------------------------------------------------------------------------------------------


def test_ending_the_session_kills_its_token_for_every_copy(web: Web, owner: Browser) -> None:
    copy = web.browser(STRANGER, opened=False)
    copy.token = owner.token
    answer = owner.ask("DELETE", "/chat/sessions")
    assert answer.status_code == 200
    assert owner.token == ""
    assert copy.read().status_code == copy.say("我什么时候到期").status_code == 401


def test_after_the_end_the_browser_begins_with_nothing(web: Web, owner: Browser) -> None:
    owner.ask("DELETE", "/chat/sessions")
    owner.open()
    assert owner.read().json == {"messages": [], "known": False}


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "' OR 1=1 --"])
def test_ending_with_an_invented_token_ends_nobodys_session(web: Web, owner: Browser, token: str) -> None:
    stranger = web.browser(STRANGER, opened=False)
    if token:
        stranger.token = token
    assert stranger.ask("DELETE", "/chat/sessions").status_code == 200
    assert owner.read().json["known"] is True


def test_ending_over_tls_takes_the_cookie_away(https: Web) -> None:
    browser = https.browser()
    cookie = browser.ask("DELETE", "/chat/sessions").headers["Set-Cookie"]
    assert {"Max-Age=0", "Secure", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert browser.token == ""


SIGNS_OUT = ["退出", "退出登录", "我要退出", "登出", "退出登錄", "退出。", "log out", "Sign out", "logout"]


@pytest.mark.parametrize("words", SIGNS_OUT)
@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.ANSWER])
def test_the_word_alone_signs_out(web: Web, owner: Browser, words: str, kind: Kind) -> None:
    talk = web.talk_of(owner.token)
    said = take_turn(web.services, _turn(talk.id, words), Act(kind=kind))
    key = "identity.signed_out"
    assert said.messages[0].text in {
        web.sentence(key),
        web.services.wording.edition("zh-Hant").render(key, channel="web"),
        web.services.wording.edition("en").render(key, channel="web"),
    }
    assert owner.read().json == {"messages": [], "known": False}


def test_the_word_signs_out_where_the_form_that_asked_for_the_phone_is_still_open(
    web: Web, owner: Browser
) -> None:
    talk = web.talk_of(owner.token)
    turn = _turn(talk.id, "退出", form="status_form", requested="permit_expires_on")
    said = take_turn(web.services, turn, Act(kind=Kind.FOLLOW, form=Follow.STATUS, slot="permit_expires_on"))
    assert said.messages[0].text == web.sentence("identity.signed_out")
    assert owner.read().json["known"] is False


def test_in_another_form_the_word_leaves_the_form_only(web: Web, owner: Browser) -> None:
    talk = web.talk_of(owner.token)
    turn = _turn(talk.id, "退出", form="callback_form", requested="callback_name")
    take_turn(web.services, turn, Act(kind=Kind.FOLLOW, form=Follow.CALLBACK, slot="callback_name"))
    assert owner.read().json["known"] is True


def test_the_word_in_a_sentence_signs_nobody_out(web: Web, owner: Browser) -> None:
    talk = web.talk_of(owner.token)
    take_turn(web.services, _turn(talk.id, "退出原来的单位要报吗", "change_report"), Act(kind=Kind.ANSWER))
    assert owner.read().json["known"] is True


@pytest.mark.parametrize("channel", ["sms", "web"])
def test_the_word_changes_nothing_by_sms_or_where_nobody_is_known(web: Web, channel: str) -> None:
    talk = (
        open_scenario(web.services, "overdue", "sms")
        if channel == "sms"
        else web_sessions.open_web(web.services)[0]
    )
    before = case_of(web.services, talk).holder_id
    said = take_turn(web.services, _turn(talk, "退出"), Act(kind=Kind.CANCEL))
    assert web.sentence("identity.signed_out") not in [message.text for message in said.messages]
    assert case_of(web.services, talk).holder_id == before


def test_who_signs_out_where_no_page_comes_back_is_let_go_of_at_once(web: Web) -> None:
    talk = open_scenario(web.services, "overdue", "web")
    with Work.begin(web.services, actor=HOLDER) as work:
        web_sessions.sign_out(work, talk)
    assert not case_of(web.services, talk).known


def test_every_end_of_a_session_is_kept_in_the_audit(web: Web, owner: Browser) -> None:
    owner.ask("DELETE", "/chat/sessions")
    with web.services.store.read() as session:
        ended = session.execute(text("SELECT actor FROM audit WHERE action = 'session.ended'")).all()
        assert session.scalars(select(Conversation).where(Conversation.ended_at.is_not(None))).all()
    assert [row.actor for row in ended] == ["holder"]


def _once(web: Web, do: Any) -> None:
    web.assistant.meanwhile = None
    do()


def _turn(talk: str, words: str, intent: str = "cancel", **more: Any) -> Turn:
    return Turn(
        conversation_id=talk, said=Understood(intent=intent, text=words, confidence=1.0), slots={}, **more
    )
