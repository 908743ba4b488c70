"""Keys: what is encrypted now, what was encrypted before, and what a keyed hash is."""

import hashlib
import hmac

import pytest
from cryptography.fernet import Fernet, MultiFernet
from hypothesis import given
from hypothesis import strategies as st

from renewal.store import CannotDecrypt
from renewal.store.keys import KeyRing

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
LOOKUP = "lookup-key-of-the-tests"
HERE = b"holders.name"
RING = KeyRing(NEW, LOOKUP)


@given(st.text())
def test_what_is_encrypted_is_read_back(text: str) -> None:
    assert RING.decrypt(RING.encrypt(text, HERE), HERE) == text


def test_a_stored_text_shows_neither_itself_nor_that_it_came_twice() -> None:
    first, second = RING.encrypt("样例甲", HERE), RING.encrypt("样例甲", HERE)
    assert first != second
    assert first.startswith("s2.")
    assert "样例甲" not in first


def test_a_value_of_the_time_of_fernet_is_still_read() -> None:
    stored = MultiFernet([Fernet(NEW)]).encrypt("样例甲".encode()).decode()
    assert RING.decrypt(stored, HERE) == "样例甲"


def test_after_a_rotation_values_of_either_form_and_key_are_read_and_new_ones_need_the_new_key() -> None:
    before, rotated = KeyRing(OLD, LOOKUP), KeyRing(f"{NEW},{OLD}", LOOKUP)
    assert rotated.decrypt(before.encrypt("样例甲", HERE), HERE) == "样例甲"
    assert rotated.decrypt(Fernet(OLD).encrypt("样例甲".encode()).decode(), HERE) == "样例甲"
    assert RING.decrypt(rotated.encrypt("样例甲", HERE), HERE) == "样例甲"
    with pytest.raises(CannotDecrypt):
        before.decrypt(rotated.encrypt("样例甲", HERE), HERE)


@pytest.mark.parametrize("place", [3, 10, 20, -1])
def test_a_stored_text_that_was_tampered_with_is_refused(place: int) -> None:
    stored = RING.encrypt("样例甲", HERE)
    other = "A" if stored[place] != "A" else "B"
    changed = stored[:place] + other + (stored[place + 1 :] if place != -1 else "")
    with pytest.raises(CannotDecrypt):
        RING.decrypt(changed, HERE)


@pytest.mark.parametrize("stored", ["", "s2.", "s2.é", "s2.AAAA", "s1.", "s1.é", "s1.AAAA", "gAAAA", "样例"])
def test_what_no_key_made_is_refused(stored: str) -> None:
    with pytest.raises(CannotDecrypt):
        RING.decrypt(stored, HERE)


@given(st.text(max_size=60), st.text(min_size=1, max_size=80).filter(str.strip))
def test_a_hash_is_the_hmac_of_purpose_and_text(text: str, lookup_key: str) -> None:
    ring = KeyRing(NEW, lookup_key)
    for _ in range(2):
        expected = hmac.new(
            lookup_key.strip().encode(), f"value\0{text}".encode(), hashlib.sha256
        ).hexdigest()
        assert ring.hash("value", text) == expected
        assert ring.value_hash(text) == expected[:32]


def test_purposes_never_meet() -> None:
    assert (
        len(
            {
                RING.phone_hash("x")[:32],
                RING.value_hash("x"),
                RING.row_hash("x"),
                RING.hash("token", "x")[:32],
            }
        )
        == 4
    )
