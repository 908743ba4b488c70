"""POST, redirect, GET: an act is one call of a service, and the next page tells how it went."""

from collections.abc import Callable

from flask import flash, redirect
from werkzeug.wrappers import Response

from renewal.domain.errors import RenewalError

DONE, REFUSED = "done", "refused"


def carry_out(act: Callable[[], str], *, then: str) -> Response:
    """Do it and go to `then`, where the sentence that it returns is told, or the one by which it was refused.

    The sentence travels in a cookie that is signed and not sealed: no name, number or word of a holder's in it.
    """
    try:
        flash(act(), DONE)
    except RenewalError as error:
        flash(str(error), REFUSED)
    return redirect(then, 303)


def tell(sentence: str, *, then: str, category: str = DONE) -> Response:
    """Go to `then` and tell a sentence there."""
    flash(sentence, category)
    return redirect(then, 303)
