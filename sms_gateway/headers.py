"""What every answer carries, whoever makes it."""

from flask import Response, request

from renewal.settings import Settings

HEADERS = {
    # The widget lives in a shadow root whose style sheet is a file of ours; nothing else may load.
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TLS_ONLY_S = 365 * 24 * 3600
COME_AGAIN = frozenset({429, 503})
WAIT_S = 5  # where nothing better is known


def security_headers(settings: Settings) -> dict[str, str]:
    """The headers of every answer; a site under https says that it is never to be asked otherwise."""
    if not settings.public_url.lower().startswith("https://"):
        return HEADERS
    return {**HEADERS, "Strict-Transport-Security": f"max-age={TLS_ONLY_S}"}


def add_headers(answer: Response, settings: Settings) -> None:
    """Put them on an answer, with whether it may be kept and when to come again."""
    for name, value in security_headers(settings).items():
        answer.headers.setdefault(name, value)
    if request.endpoint is None or not request.endpoint.endswith("static"):
        answer.headers.setdefault("Cache-Control", "no-store")
    if answer.status_code in COME_AGAIN:
        answer.headers.setdefault("Retry-After", str(WAIT_S))
