"""Nobody but the provider brings us a text or a receipt: what is forged is refused and leaves no trace."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from renewal.store.models import Delivery, InboundText
from tests import outgoing
from tests.gateway.conftest import twilio_settings
from tests.gateway.queue_view import queued
from tests.security.conftest import Door
from tests.security.signing import BASE, BEFORE, SIGNATURE, SMS, TOKEN, b64, digest, post, sign

PHONE, OTHER = "+8619900000001", "+8619900000002"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Form = list[tuple[str, str]]
_sids = count(1)


def text(**more: str) -> Form:
    """A text that nobody sent before."""
    given = {
        "MessageSid": f"SM{next(_sids):032d}",
        "AccountSid": "AC" + "0" * 32,
        "From": PHONE,
        "To": "+15005550006",
        "Body": "居住证怎么续签 café",
        "FromCity": "",
    }
    return list((given | more).items())


def words_of(form: Form, path: str = SMS) -> str:
    """What Twilio's signature is made of."""
    return BASE + path + "".join(f"{name}{value}" for name, value in sorted(form))


def _flipped(signature: str) -> str:
    """Other letters for the same bytes: the last letter's unused bits."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters[letters.index(signature[-2]) ^ 1]
    return f"{signature[:-2]}{last}="


SIGNATURES: dict[str, Callable[[Form, str], str]] = {
    "empty": lambda form, good: "",
    "a blank": lambda form, good: " ",
    "an equals sign": lambda form, good: "=",
    "null": lambda form, good: "null",
    "true": lambda form, good: "true",
    "any base64": lambda form, good: b64(b"nope"),
    "twenty zero bytes": lambda form, good: b64(bytes(20)),
    "cut by one": lambda form, good: good[:-1],
    "cut in half": lambda form, good: good[:14],
    "the first letter only": lambda form, good: good[:1],
    "without its padding": lambda form, good: good.rstrip("="),
    "padded once more": lambda form, good: good + "=",
    "other letters for the same bytes": lambda form, good: _flipped(good),
    "in small letters": lambda form, good: good.lower(),
    "in capitals": lambda form, good: good.upper(),
    "backwards": lambda form, good: good[::-1],
    "with one letter changed": lambda form, good: ("A" if good[0] != "A" else "B") + good[1:],
    "in quotes": lambda form, good: f'"{good}"',
    "named sha1": lambda form, good: f"sha1={good}",
    "twice": lambda form, good: good + good,
    "twice, with a comma": lambda form, good: f"{good},{good}",
    "after a wrong one": lambda form, good: f"{b64(bytes(20))}, {good}",
    "before a wrong one": lambda form, good: f"{good}, {b64(bytes(20))}",
    "with a blank in it": lambda form, good: f"{good[:9]} {good[9:]}",
    "percent-encoded": lambda form, good: good.replace("=", "%3D"),
    "base64 of itself": lambda form, good: b64(good.encode()),
    "in hex": lambda form, good: digest(words_of(form)).hex(),
    "in hex capitals": lambda form, good: digest(words_of(form)).hex().upper(),
    "by SHA-256": lambda form, good: b64(digest(words_of(form), algorithm="sha256")),
    "by MD5": lambda form, good: b64(digest(words_of(form), algorithm="md5")),
    "a hash without a key": lambda form, good: b64(hashlib.sha1(words_of(form).encode()).digest()),
    "with an empty key": lambda form, good: b64(digest(words_of(form), key="")),
    "with a guessed key": lambda form, good: sign(form, token="guessed"),
    "with the account's number": lambda form, good: sign(form, token="AC" + "0" * 32),
    "with the token in capitals": lambda form, good: sign(form, token=TOKEN.upper()),
    "with both tokens as one": lambda form, good: sign(form, token=TOKEN + BEFORE),
    "of the address alone": lambda form, good: sign([]),
    "of the values alone": lambda form, good: b64(digest("".join(value for _, value in sorted(form)))),
    "of the body as sent": lambda form, good: b64(
        digest(BASE + SMS + "&".join(f"{name}={value}" for name, value in form))
    ),
    "of http": lambda form, good: sign(form, base=BASE.replace("https", "http")),
    "of another host": lambda form, good: sign(form, base="https://evil.example"),
    "of a host below ours": lambda form, good: sign(form, base="https://x.sms.example.org"),
    "of a host that begins like ours": lambda form, good: sign(form, base=f"{BASE}.evil.example"),
    "of our host with a dot": lambda form, good: sign(form, base=f"{BASE}."),
    "of our host in capitals": lambda form, good: sign(form, base="https://SMS.EXAMPLE.ORG"),
    "of a user at our host": lambda form, good: sign(form, base="https://x@sms.example.org"),
    "of another port": lambda form, good: sign(form, base=f"{BASE}:8443"),
    "of the port inside": lambda form, good: sign(form, base="http://127.0.0.1:8000"),
    "of the root": lambda form, good: sign(form, "/"),
    "of no path": lambda form, good: sign(form, ""),
    "of the path with a slash": lambda form, good: sign(form, f"{SMS}/"),
    "of the path with two slashes": lambda form, good: sign(form, "//sms/twilio"),
    "of the path in capitals": lambda form, good: sign(form, "/SMS/TWILIO"),
    "of the path encoded": lambda form, good: sign(form, "/sms%2Ftwilio"),
    "of a receipt's path": lambda form, good: sign(form, f"{SMS}/status/x"),
    "of another query": lambda form, good: sign(form, f"{SMS}?a=1"),
    "of an empty query": lambda form, good: sign(form, f"{SMS}?"),
    "of a fragment": lambda form, good: sign(form, f"{SMS}#x"),
    "of other words": lambda form, good: sign([*form[:4], ("Body", "退订"), form[5]]),
    "of another's phone": lambda form, good: sign([*form[:2], ("From", OTHER), *form[3:]]),
    "of another text's id": lambda form, good: sign([("MessageSid", "SM0"), *form[1:]]),
    "of one parameter less": lambda form, good: sign(form[1:]),
    "of one parameter more": lambda form, good: sign([*form, ("NumMedia", "0")]),
    "of one more that is blank": lambda form, good: sign([*form, ("NumMedia", "")]),
    "of a repeated parameter": lambda form, good: sign([*form, ("Body", "退订")]),
    "of names in small letters": lambda form, good: sign([(name.lower(), value) for name, value in form]),
    "of the body decomposed": lambda form, good: sign(
        [(name, unicodedata.normalize("NFD", value)) for name, value in form]
    ),
    "of the body with a blank at its end": lambda form, good: sign(
        [(name, f"{value} " if name == "Body" else value) for name, value in form]
    ),
}


@pytest.mark.parametrize("forge", SIGNATURES.values(), ids=SIGNATURES)
def test_a_text_with_a_forged_signature_is_refused_and_leaves_no_trace(
    twilio_door: Door, forge: Callable[[Form, str], str]
) -> None:
    form = text()
    good = sign(form)
    forged = forge(form, good)
    assert forged != good
    before = twilio_door.traces()
    assert post(twilio_door.client(), form, signature=forged).status_code == 403
    assert twilio_door.traces() == before


@pytest.mark.parametrize("path", [SMS, f"{SMS}/status/{'0' * 32}"])
def test_what_is_signed_with_our_token_for_another_account_is_refused(twilio_door: Door, path: str) -> None:
    form = [*text(AccountSid="AC" + "1" * 32), ("MessageStatus", "delivered")]
    before = twilio_door.traces()
    assert post(twilio_door.client(), form, path, signature=sign(form, path)).status_code == 403
    assert twilio_door.traces() == before


def test_an_account_that_is_named_twice_is_no_form_of_twilios(twilio_door: Door) -> None:
    form = [*text(), ("AccountSid", "AC" + "1" * 32)]
    before = twilio_door.traces()
    assert post(twilio_door.client(), form, signature=sign(form)).status_code in {400, 403}
    assert twilio_door.traces() == before


CHANGES: dict[str, Callable[[Form], Form]] = {
    "other words": lambda form: [*form[:4], ("Body", "退订"), form[5]],
    "no words": lambda form: [*form[:4], ("Body", ""), form[5]],
    "another's phone": lambda form: [*form[:2], ("From", OTHER), *form[3:]],
    "another id, to be taken twice": lambda form: [("MessageSid", "SM" + "f" * 32), *form[1:]],
    "a parameter taken away": lambda form: form[1:],
    "a blank parameter with a value": lambda form: [*form[:5], ("FromCity", "上海")],
    "a parameter added": lambda form: [*form, ("OptOutType", "STOP")],
    "a blank parameter added": lambda form: [*form, ("OptOutType", "")],
    "second words added": lambda form: [*form, ("Body", "退订")],
    "a second phone put first": lambda form: [("From", OTHER), *form],
    "words moved into a name": lambda form: [
        *form[:4],
        ("Body居住证怎么续签", " café"),
        form[5],
        ("Body", ""),
    ],
    "names in small letters": lambda form: [(name.lower(), value) for name, value in form],
    "words decomposed": lambda form: [(name, unicodedata.normalize("NFD", value)) for name, value in form],
    "words composed for compatibility": lambda form: [
        (name, f"{value}Ａ"[:-1] + "A" if name == "Body" else value) for name, value in form
    ],
    "a blank at the end of the words": lambda form: [
        (name, f"{value} " if name == "Body" else value) for name, value in form
    ],
    "a line break in the words": lambda form: [
        (name, f"{value}\r\n" if name == "Body" else value) for name, value in form
    ],
    "a NUL in the words": lambda form: [
        (name, f"{value}\x00" if name == "Body" else value) for name, value in form
    ],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_genuine_signature_carries_no_other_form(twilio_door: Door, change: Callable[[Form], Form]) -> None:
    form = text()
    changed = change(list(form))
    assert changed != form
    before = twilio_door.traces()
    assert post(twilio_door.client(), changed, signature=sign(form)).status_code == 403
    assert twilio_door.traces() == before


@pytest.mark.parametrize(
    "path",
    [
        f"{SMS}/",
        f"{SMS}?a=1",
        f"{SMS}?Body=x",
        f"{SMS}?bodySHA256=" + hashlib.sha256(b"").hexdigest(),
        f"{SMS}/status/x",
        f"{SMS}/status/x?a=1",
        f"{SMS}/status/%2e%2e",
    ],
)
def test_a_genuine_signature_opens_no_other_address(twilio_door: Door, path: str) -> None:
    form = [*text(), ("MessageStatus", "delivered")]
    before = twilio_door.traces()
    assert post(twilio_door.client(), form, path, signature=sign(form)).status_code == 403
    assert twilio_door.traces() == before


def test_a_query_in_another_order_is_another_address(twilio_door: Door) -> None:
    form = text()
    signature = sign(form, f"{SMS}?a=1&b=2")
    assert post(twilio_door.client(), form, f"{SMS}?b=2&a=1", signature=signature).status_code == 403


@pytest.mark.parametrize(
    "place",
    [
        {"query_string": True},
        {"cookie": True},
        {"header": "Authorization"},
        {"header": "X-Twilio-Signature-2"},
        {"header": "X-Twilio-Email-Event-Webhook-Signature"},
        {"form": True},
    ],
    ids=["query", "cookie", "authorization", "another header", "another product's header", "form"],
)
def test_a_signature_counts_in_its_own_header_only(twilio_door: Door, place: dict[str, object]) -> None:
    form = text()
    client, good = twilio_door.client(), sign(form)
    if "cookie" in place:
        client.set_cookie(SIGNATURE, good, domain="localhost")
    answer = client.post(
        SMS,
        query_string={SIGNATURE: good} if "query_string" in place else None,
        data=MultiDict([*form, (SIGNATURE, good)] if "form" in place else form),
        headers={str(place["header"]): good} if "header" in place else {},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "http"},
        {"X-Forwarded-Port": "8443"},
        {"X-Forwarded-Prefix": "/x"},
        {"Forwarded": "host=evil.example;proto=http"},
        {"X-Original-URL": "/evil"},
        {"X-Rewrite-URL": "/evil"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_no_header_moves_the_address_that_is_signed(twilio_door: Door, headers: dict[str, str]) -> None:
    form = text()
    for base in ("https://evil.example", "http://sms.example.org", f"{BASE}:8443", f"{BASE}/x"):
        signed = {SIGNATURE: sign(form, base=base), **headers}
        assert twilio_door.client().post(SMS, data=MultiDict(form), headers=signed).status_code == 403


@pytest.mark.parametrize("token", [TOKEN, BEFORE])
def test_while_tokens_change_both_are_good_and_no_third(twilio_door: Door, token: str) -> None:
    form = text()
    assert post(twilio_door.client(), form, signature=sign(form, token=token)).status_code == 200
    assert post(twilio_door.client(), form, signature=sign(form, token=token + "x")).status_code == 403


def test_once_the_change_is_over_the_token_before_is_worth_nothing(open_door: Callable[..., Door]) -> None:
    after = open_door(**twilio_settings(twilio_auth_token_previous=""))
    form = text()
    assert post(after.client(), form, signature=sign(form, token=BEFORE)).status_code == 403
    assert post(after.client(), form, signature=sign(form, token="")).status_code == 403
    assert after.traces() == (0, 0, 0)


BODY = json.dumps({"MessageSid": "SM1", "From": PHONE, "Body": "x"})
HASH = hashlib.sha256(BODY.encode()).hexdigest()
JSON_QUERIES = {
    "none": "",
    "of other words": "?bodySHA256=" + hashlib.sha256(b"other").hexdigest(),
    "of nothing": "?bodySHA256=" + hashlib.sha256(b"").hexdigest(),
    "in capitals": f"?bodySHA256={HASH.upper()}",
    "under a name in small letters": f"?bodysha256={HASH}",
    "cut": f"?bodySHA256={HASH[:-1]}",
    "by MD5": "?bodySHA256=" + hashlib.md5(BODY.encode()).hexdigest(),
    "wrong, then right": f"?bodySHA256={'0' * 64}&bodySHA256={HASH}",
}


@pytest.mark.parametrize("query", JSON_QUERIES.values(), ids=JSON_QUERIES)
def test_a_json_body_that_its_signed_address_does_not_name_is_refused(twilio_door: Door, query: str) -> None:
    signature = sign([], SMS + query)
    before = twilio_door.traces()
    answer = twilio_door.client().post(
        SMS + query, data=BODY, headers={SIGNATURE: signature, "Content-Type": "application/json"}
    )
    assert answer.status_code == 403
    assert twilio_door.traces() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "text/json", "application/json; x=y", ""])
def test_a_body_of_another_kind_is_never_a_text(twilio_door: Door, kind: str) -> None:
    before = twilio_door.traces()
    headers = {SIGNATURE: sign([]), "Content-Type": kind}
    answer = twilio_door.client().post(SMS, data=BODY, headers=headers)
    assert answer.status_code in (400, 403, 415)
    assert twilio_door.traces() == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [SMS, f"{SMS}/status/x"])
def test_a_webhook_is_posted_or_nothing(twilio_door: Door, path: str, method: str) -> None:
    form = text()
    headers = {SIGNATURE: sign(form, path), "X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    before = twilio_door.traces()
    answer = twilio_door.client().open(path, method=method, data=MultiDict(form), headers=headers)
    assert answer.status_code == 405
    assert twilio_door.traces() == before


def test_a_replayed_text_has_one_effect_whatever_else_the_replay_claims(twilio_door: Door) -> None:
    form = text()
    assert post(twilio_door.client(), form).status_code == 200
    before = twilio_door.traces()
    for again in (form, form[::-1], [*form[:4], ("Body", "别的话"), form[5]], [*form, ("NumMedia", "0")]):
        assert post(twilio_door.client(), again).status_code == 200
    assert twilio_door.traces() == before


# ---- who sent a text -----------------------------------------------------------------------------

SENDERS = {
    "a name before it": f"Bank{PHONE}",
    "another network's": f"whatsapp:{PHONE}",
    "a telephone's address": f"tel:{PHONE}",
    "an extension": f"{PHONE};ext=5",
    "an extension after a blank": f"{PHONE} x5",
    "a letter after it": f"{PHONE}A",
    "blanks": "+86 199 0000 0001",
    "hyphens": "+86-199-0000-0001",
    "brackets": "+86(199)00000001",
    "a nought for the country": "+86019900000001",
    "full-width digits": "＋８６１９９０００００００１",
    "Arabic digits": "+٨٦١٩٩٠٠٠٠٠٠٠١",
    "hidden direction marks": f"\u202a{PHONE}\u202c",
    "a hidden blank": f"{PHONE}\u200b",
    "a NUL": f"{PHONE}\x00",
    "a line break": f"{PHONE}\n",
    "a blank before it": f" {PHONE}",
    "two of them": f"{PHONE},{OTHER}",
    "one in the other": f"{PHONE}From{OTHER}",
    "SQL": f"{PHONE}' OR '1'='1",
    "no country": "19900000001",
    "a dialled country": "008619900000001",
    "a plus": "+",
    "nothing": "",
    "far too long": "+86" + "1" * 40,
}


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
def test_a_sender_that_is_no_plain_number_is_not_taken_for_the_holder_of_one(
    twilio_door: Door, sender: str
) -> None:
    before = twilio_door.traces()
    assert post(twilio_door.client(), text(From=sender)).status_code == 400
    assert twilio_door.traces() == before


@pytest.mark.parametrize("sender", ["12345", "95588", "ResPermit", "anonymous"])
def test_a_text_of_a_short_code_or_a_name_is_kept_for_staff_and_gets_no_answer(
    twilio_door: Door, sender: str
) -> None:
    store, jobs = twilio_door.services.store, len(queued(twilio_door.services))
    assert post(twilio_door.client(), text(From=sender)).status_code == 200
    with store.read() as session:
        kept = session.scalars(select(InboundText).where(InboundText.phone_hash == store.phone_hash(sender)))
        row = kept.one()
        assert (row.phone, row.answered_at is not None) == (sender, True)
    assert len(queued(twilio_door.services)) == jobs


@pytest.mark.parametrize("name", ["From", "Body", "MessageSid"])
def test_a_text_that_says_twice_who_what_or_which_it_is_is_refused(twilio_door: Door, name: str) -> None:
    """A signature runs names and values together: `From=a&From=b` has that of a text whose words hold `Froma`."""
    before = twilio_door.traces()
    assert post(twilio_door.client(), [*text(), (name, "+8619900000009")]).status_code == 400
    assert twilio_door.traces() == before


@pytest.mark.parametrize("claimed", [f"hiFrom{OTHER}", f"From{OTHER}", f"From{OTHER}FromCity"])
def test_words_that_hold_another_sender_do_not_become_one(twilio_door: Door, claimed: str) -> None:
    """Who saw a signed text of his own may cut its words at another place, as the signature cannot tell."""
    form = text(Body=claimed, FromCity="")
    signature = sign(form)
    said, rest = claimed.split("From", 1)
    victim = rest.removesuffix("FromCity")
    names = dict(form)
    for forged in (
        [*form[:2], ("From", victim), ("From", PHONE), form[3], ("Body", said), form[5]],
        [*form[:2], ("From", victim), (f"From{PHONE}", ""), form[3], ("Body", said), form[5]],
        [*form[:2], ("From", f"{victim}From{PHONE}"), form[3], ("Body", said), form[5]],
        [*form[:2], ("From", victim), ("From" + names["From"][:1], PHONE[1:]), form[3], ("Body", said)],
    ):
        before = twilio_door.traces()
        assert post(twilio_door.client(), forged, signature=signature).status_code in (400, 403)
        assert twilio_door.traces() == before


# ---- receipts ------------------------------------------------------------------------------------


@pytest.fixture
def sent(twilio_door: Door) -> Iterator[Callable[[str], str]]:
    """`sent(state)`: a text of ours in that state, which Twilio calls SM and its id; gives our id."""
    store = twilio_door.services.store

    def make(state: str) -> str:
        with store.session() as session:
            our_id = outgoing.create(
                session,
                phone=PHONE,
                phone_hash=store.phone_hash(PHONE),
                body="x",
                provider="twilio",
                now=NOW,
            )
            row = session.get_one(Delivery, our_id)
            row.state, row.provider_ref = state, f"SM{our_id.replace('-', '').replace('_', '')}"
        return our_id

    return make


def state_of(door: Door, our_id: str) -> str:
    with door.services.store.read() as session:
        return session.get_one(Delivery, our_id).state


def ref_of(door: Door, our_id: str) -> str:
    with door.services.store.read() as session:
        return str(session.get_one(Delivery, our_id).provider_ref)


def receipt(door: Door, our_id: str, **more: str) -> Form:
    return list(({"MessageSid": ref_of(door, our_id), "MessageStatus": "delivered"} | more).items())


RECEIPT_SIGNATURES: dict[str, Callable[[Form, str], str]] = {
    "empty": lambda form, path: "",
    "any": lambda form, path: b64(bytes(20)),
    "with a guessed key": lambda form, path: sign(form, path, token="guessed"),
    "of another's receipt": lambda form, path: sign(form, f"{SMS}/status/other"),
    "of a text's address": lambda form, path: sign(form, SMS),
    "of another state": lambda form, path: sign([form[0], ("MessageStatus", "sent")], path),
    "of another text's id": lambda form, path: sign([("MessageSid", "SM0"), form[1]], path),
    "of another host": lambda form, path: sign(form, path, base="https://evil.example"),
    "of http": lambda form, path: sign(form, path, base="http://sms.example.org"),
    "of a query": lambda form, path: sign(form, f"{path}?x=1"),
    "of an error code": lambda form, path: sign([*form, ("ErrorCode", "30005")], path),
}


@pytest.mark.parametrize("forge", RECEIPT_SIGNATURES.values(), ids=RECEIPT_SIGNATURES)
def test_a_forged_receipt_tells_nothing(
    twilio_door: Door, sent: Callable[[str], str], forge: Callable[[Form, str], str]
) -> None:
    our_id = sent("accepted")
    path = f"{SMS}/status/{our_id}"
    form = receipt(twilio_door, our_id)
    answer = post(twilio_door.client(), form, path, signature=forge(form, path))
    assert answer.status_code == 403
    assert state_of(twilio_door, our_id) == "accepted"


@pytest.mark.parametrize("claim", ["sent", "failed", "undelivered", "canceled", "queued"])
def test_a_receipt_of_another_text_says_nothing_of_ours(
    twilio_door: Door, sent: Callable[[str], str], claim: str
) -> None:
    ours, others = sent("accepted"), sent("accepted")
    form = [("MessageSid", ref_of(twilio_door, others)), ("MessageStatus", claim), ("ErrorCode", "30005")]
    assert post(twilio_door.client(), form, f"{SMS}/status/{ours}").status_code == 204
    assert state_of(twilio_door, ours) == "accepted"
    assert state_of(twilio_door, others) == "accepted"


@pytest.mark.parametrize(
    ("state", "late"),
    [
        ("delivered", "sent"),
        ("delivered", "queued"),
        ("delivered", "failed"),
        ("delivered", "undelivered"),
        ("delivered", "canceled"),
        ("sent", "accepted"),
        ("sent", "sending"),
        ("failed", "sent"),
        ("failed", "queued"),
        ("suppressed", "sent"),
        ("suppressed", "failed"),
        ("expired", "sent"),
    ],
)
def test_a_receipt_that_comes_late_moves_nothing_back(
    twilio_door: Door, sent: Callable[[str], str], state: str, late: str
) -> None:
    our_id = sent(state)
    form = receipt(twilio_door, our_id, MessageStatus=late)
    assert post(twilio_door.client(), form, f"{SMS}/status/{our_id}").status_code == 204
    assert state_of(twilio_door, our_id) == state


@pytest.mark.parametrize(
    "word",
    [
        "DELIVERED!",
        "deliver",
        "pending",
        "suppressed",
        "expired",
        "uncertain",
        "unknown",
        "1",
        "true",
        "已送达",
        "delivered;failed",
        "delivered\x00",
        "{{7*7}}",
        "' OR 1=1--",
        "x" * 5000,
    ],
)
def test_a_word_that_is_no_state_of_twilios_is_noted_as_nothing(
    twilio_door: Door, sent: Callable[[str], str], word: str
) -> None:
    our_id = sent("accepted")
    form = receipt(twilio_door, our_id, MessageStatus=word)
    assert post(twilio_door.client(), form, f"{SMS}/status/{our_id}").status_code in (204, 400)
    assert state_of(twilio_door, our_id) == "accepted"


def test_a_receipt_that_is_replayed_is_noted_once(twilio_door: Door, sent: Callable[[str], str]) -> None:
    from sqlalchemy import func, select

    from renewal.store.models import DeliveryEvent

    our_id = sent("accepted")
    form = receipt(twilio_door, our_id)
    for _ in range(4):
        assert post(twilio_door.client(), form, f"{SMS}/status/{our_id}").status_code == 204
    with twilio_door.services.store.read() as session:
        noted = select(func.count()).where(DeliveryEvent.delivery_id == our_id)
        assert session.scalar(noted) == 1


@pytest.mark.parametrize("other", ["/sms/simulator", "/sms", "/sms/", "/sms/twilio/x", "/sms/twilio/status"])
def test_there_is_no_other_door_for_texts(twilio_door: Door, other: str) -> None:
    form = text()
    before = twilio_door.traces()
    assert post(twilio_door.client(), form, other).status_code in (404, 405)
    assert twilio_door.traces() == before
