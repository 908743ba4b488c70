"""Ends the process groups that a supervisor started, when that supervisor is gone without having done it.

Run as a process of its own, standard library only. Its standard input is a pipe from the supervisor: `+ID`
names a group that was started, `-ID` one that ended. The pipe closes when the supervisor ends, however it ends.
"""

import os
import signal
import sys
import time

GRACE_S = 5.0


def main() -> None:
    """Read the pipe to its end, then end what is left: politely first, for good after the grace."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    deadline = time.monotonic() + GRACE_S
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if _signal(group, 0)}
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Whether the group is still there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
