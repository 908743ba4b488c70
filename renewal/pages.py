"""Pages of other origins that may embed the chat, as one setting names them."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from renewal.lines import is_loopback

WRONG = "{page} 不是一个网页的来源：请写成 https://www.example.org 这样，不带路径、不用 *，多个用逗号分开"


def pages_of(listed: str) -> tuple[str, ...]:
    """The origins in a list with commas."""
    return tuple(page.strip() for page in listed.split(",") if page.strip())


def _check(listed: str) -> str:
    for page in pages_of(listed):
        if not _is_origin(page):
            raise ValueError(WRONG.format(page=page))
    return listed


def _is_origin(page: str) -> bool:
    """Whether it is an origin of https; on this machine http will do."""
    try:
        parts = urlsplit(page)
        parts.port  # noqa: B018 raises where it is no number
    except ValueError:
        return False
    schemes = ("https", "http") if is_loopback(parts.hostname) else ("https",)
    plain = page == f"{parts.scheme}://{parts.netloc}" and not set("@*\\ ") & set(page)
    return plain and parts.scheme in schemes and bool(parts.hostname)


Pages = Annotated[str, AfterValidator(_check)]
