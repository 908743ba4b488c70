"""docs/settings.md says what the code says: every variable, its default, what it is for and who is given it."""

import pytest

from renewal.programs import NEEDS
from renewal.providers import provider_kinds
from tests.house import settings_page


def test_the_page_is_what_the_code_says() -> None:
    """Out of date? `python -m tests.house.settings_page`."""
    assert settings_page.PAGE.read_text("utf-8") == settings_page.page()


@pytest.mark.parametrize("name", sorted({name for needed in NEEDS.values() for name in needed}))
def test_a_setting_that_a_program_is_given_says_what_it_is_for(name: str) -> None:
    assert settings_page.told()[name]


def test_a_setting_of_a_provider_says_what_it_is_for() -> None:
    options = [option for kind in provider_kinds().values() for option in kind.options.values()]
    assert [option.variable for option in options if not option.about] == []
