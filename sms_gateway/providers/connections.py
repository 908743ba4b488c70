"""Whether a request ever left: what nobody received may be sent again."""

NOBODY_THERE = frozenset({"NewConnectionError", "ConnectionRefusedError", "NameResolutionError"})
LINKS = ("reason", "inner_exception", "__cause__", "__context__")
LONGEST_CHAIN = 20


def was_refused(error: Exception) -> bool:
    """Whether the request certainly never left: nobody listened, or the name was not found."""
    return bool(NOBODY_THERE & _names(error))


def timed_out_connecting(error: Exception) -> bool:
    """Whether nobody answered before the request could be said."""
    names = _names(error)
    return bool({"ConnectTimeout", "ConnectTimeoutError"} & names) and not {"ReadTimeout"} & names


def _names(error: Exception) -> set[str]:
    """Names of the error and of all that led to it."""
    links: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(links) < LONGEST_CHAIN:
        link = waiting.pop()
        if not isinstance(link, BaseException) or link in links:
            continue
        links.append(link)
        waiting += [*link.args, *(getattr(link, name, None) for name in LINKS)]
    return {type(link).__name__ for link in links}
