"""How long to wait before the next try."""

import random

FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 15.0
MOST_DOUBLINGS = 8


def wait_s(attempt: int) -> float:
    """Seconds before try `attempt` (the first retry is 1): doubling up to a limit, spread so that a crowd disperses."""
    longest = min(FIRST_WAIT_S * 2.0 ** min(max(attempt - 1, 0), MOST_DOUBLINGS), LONGEST_WAIT_S)
    return longest * (0.5 + 0.5 * random.random())  # noqa: S311 no secret
