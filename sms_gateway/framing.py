"""A reader of requests that takes none which another reader could cut at another place."""

from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]

FOLDS = (b" ", b"\t")
OLD, NEW = b"HTTP/1.0", b"HTTP/1.1"
LENGTH, CODING = b"content-length", b"transfer-encoding"


class StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's parser, without what it forgives (RFC 9112, 5.2, 6.1 and 6.3).

    It takes a length beside chunks and goes on to read the next request from the same connection; a proxy that
    counts by the length would take a stranger's words for the next caller's request.
    """

    def parse_header(self, header_plus: bytes) -> None:
        """Raises ParsingError, which becomes a 400 and ends the connection."""
        first, *lines = header_plus.split(b"\r\n")
        version = first.split()[-1] if len(first.split()) == 3 else b""
        if version not in (OLD, NEW):
            raise ParsingError("not HTTP/1")
        if any(line.startswith(FOLDS) for line in lines):
            raise ParsingError("a header over several lines")
        names = [line.partition(b":")[0].strip().lower() for line in lines]
        if names.count(LENGTH) + names.count(CODING) > 1 or (version == OLD and CODING in names):
            raise ParsingError("where the body ends is not said once")
        super().parse_header(header_plus)
