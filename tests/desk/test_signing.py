"""Signing in at the desk, and out of it."""

from tests.desk.conftest import Clerk


def test_who_is_not_signed_in_is_led_to_the_page_to_sign_in(stranger: Clerk) -> None:
    answer = stranger.get("/")
    assert (answer.status_code, answer.location) == (303, "/desk/sign-in")


def test_a_clerk_who_signed_in_sees_the_first_page(clerk: Clerk) -> None:
    answer = clerk.get("/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
