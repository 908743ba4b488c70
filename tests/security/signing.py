"""Signs webhooks as Twilio does, with the tokens of the tests."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

BASE = "https://sms.example.org"
SMS = "/sms/twilio"
TOKEN, BEFORE = "token-of-the-tests", "token-before-it"
SIGNATURE = "X-Twilio-Signature"
Pairs = Iterable[tuple[str, str]]


def sign(form: Pairs, path: str = SMS, *, base: str = BASE, token: str = TOKEN) -> str:
    """The signature of a form posted to `base + path`."""
    return RequestValidator(token).compute_signature(base + path, MultiDict(list(form)))


def post(client: FlaskClient, form: Pairs, path: str = SMS, *, signature: str | None = None):
    """Post a form, with a genuine signature unless another is given."""
    pairs = list(form)
    signed = sign(pairs, path) if signature is None else signature
    return client.post(path, data=MultiDict(pairs), headers={SIGNATURE: signed})


def digest(words: str, *, key: str = TOKEN, algorithm: str = "sha1") -> bytes:
    """HMAC of some words."""
    return hmac.new(key.encode(), words.encode(), getattr(hashlib, algorithm)).digest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
