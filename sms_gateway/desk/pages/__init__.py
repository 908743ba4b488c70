"""The desk's pages, in the order of their links. Another page is a module with a `blueprint`, and a line here."""

from dataclasses import dataclass

from flask import Blueprint

from sms_gateway.desk.pages import (
    audit,
    callbacks,
    home,
    learning,
    nights,
    notices,
    people,
    search,
    sending,
    talks,
    window,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: `endpoint` is what its link opens, `nav.<blueprint's name>` of the wording what it says.

    Only who may see it sees the link.
    """

    blueprint: Blueprint
    endpoint: str


PAGES: tuple[Page, ...] = (
    Page(blueprint=home.blueprint, endpoint="home.index"),
    Page(blueprint=callbacks.blueprint, endpoint="callbacks.index"),
    Page(blueprint=talks.blueprint, endpoint="talks.index"),
    Page(blueprint=search.blueprint, endpoint="search.index"),
    Page(blueprint=window.blueprint, endpoint="window.index"),
    Page(blueprint=notices.blueprint, endpoint="notices.index"),
    Page(blueprint=sending.blueprint, endpoint="sending.index"),
    Page(blueprint=nights.blueprint, endpoint="nights.index"),
    Page(blueprint=learning.blueprint, endpoint="learning.index"),
    Page(blueprint=people.blueprint, endpoint="people.index"),
    Page(blueprint=audit.blueprint, endpoint="audit.index"),
)
