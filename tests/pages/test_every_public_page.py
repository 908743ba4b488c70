"""Every page that the public gets, in every look: axe finds nothing. The pages are those of the app itself."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.looks import problems_in_every_look
from tests.pages.test_front_page import address, client, services, show

__all__ = ["address", "client", "services", "show"]
PAGES = ["/", "/api", "/simulator"]  # an error of the public's is JSON
VALUES = {"language": "en", "filename": "base.css"}  # of routes whose address takes one


def test_every_page_that_the_app_has_is_looked_at(client: FlaskClient) -> None:
    found = []
    for rule in client.application.url_map.iter_rules():
        if "GET" in rule.methods:
            path = rule.build({name: VALUES.get(name, "1") for name in rule.arguments})[1]
            with client.get(path) as answer:
                assert answer.status_code < 500, path
                found += [path] if answer.mimetype == "text/html" else []
    assert sorted(found) == PAGES


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_any_look(show: Callable[..., Page], path: str) -> None:
    page = show("/", bypass_csp=True)  # axe sets styles of its own
    page.goto(page.url.rstrip("/") + path)
    page.wait_for_load_state("networkidle")
    assert problems_in_every_look(page, path) == []
