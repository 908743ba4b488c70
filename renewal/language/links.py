"""Addresses of the web in a text: written out, without a scheme, in full width, or as bare numbers."""

import re
from collections.abc import Container

# Character for character, so that a place in the folded text is one in the text.
_WIDE = str.maketrans({chr(code + 0xFEE0): chr(code) for code in map(ord, "-./_")}) | {
    code + 0xFEE0: code for span in ("09", "AZ", "az") for code in range(ord(span[0]), ord(span[1]) + 1)
}
_STOP = re.compile(r"(?<=[a-z0-9])[。｡․](?=[a-z0-9])", re.IGNORECASE)
_COLON = re.compile(r"(?<=[a-z])：(?=//)", re.IGNORECASE)
# Where a bare name ends like this, it is an address: common endings, those of short links, and China's own.
_ENDS = (
    "com|cn|net|org|gov|edu|info|biz|top|xyz|vip|cc|co|io|me|tv|im|ly|gl|gd|app|dev|ai|shop|site|online|club|link|"
    "ltd|ren|fun|icu|win|work|store|tech|mobi|asia|hk|tw|us|uk|ru|中国|公司|网络|网址"
)
_REST = r"(?::\d{1,5})?(?:[/?#][^\s，。；、）】》\"'<>]{0,300})?"
_LINK = re.compile(
    rf"(?:[a-z][a-z0-9+]{{1,15}}://[^\s，。；、）】》\"'<>]{{1,300}}"
    rf"|(?<![\w.@-])www\.[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,5}}{_REST}"
    rf"|(?<![a-z0-9_.@-])(?:[a-z0-9_-]{{1,63}}\.){{1,5}}(?:{_ENDS})(?![a-z0-9_-]){_REST}"
    rf"|(?<![\d.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\d.]){_REST})",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[a-z][a-z0-9+]{1,15}://)?(?:[^/@\s]{0,60}@)?([^/:?#\s]{1,300})", re.IGNORECASE)


def find_links(text: str, allowed: Container[str] = ()) -> tuple[str, ...]:
    """The addresses in `text`, as they would be followed, but those whose host is allowed by its whole name."""
    return tuple(link for link in _LINK.findall(_folded(text)) if _host(link) not in allowed)


def without_links(text: str, allowed: Container[str], instead: str) -> str:
    """`text` with `instead` in the place of each address that is not allowed."""
    kept, done = "", 0
    for found in _LINK.finditer(_folded(text)):
        if _host(found[0]) not in allowed:
            kept += text[done : found.start()] + instead
            done = found.end()
    return kept + text[done:]


def _folded(text: str) -> str:
    return _COLON.sub(":", _STOP.sub(".", text.translate(_WIDE)))


def _host(link: str) -> str:
    found = _HOST.match(link)
    return found[1].casefold() if found else ""
