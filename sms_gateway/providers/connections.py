"""Whether a request ever left: what nobody received may be sent again."""


def was_refused(error: Exception) -> bool:
    """Whether the request certainly never left: nobody listened, or the name was not found."""
    names = {type(link).__name__ for link in _chain(error)}
    return bool(names & {"NewConnectionError", "ConnectionRefusedError", "NameResolutionError"})


def _chain(error: object) -> list[object]:
    links: list[object] = []
    while error is not None and error not in links and len(links) < 10:
        links.append(error)
        inner = next((arg for arg in getattr(error, "args", ()) if isinstance(arg, BaseException)), None)
        error = getattr(error, "reason", None) or inner or getattr(error, "__cause__", None)
    return links
