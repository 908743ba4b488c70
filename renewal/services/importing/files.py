"""Opens what is to be imported: a plain file of a bearable size, and nothing that only looks like one."""

import os
import stat
from pathlib import Path

from renewal.services.importing.errors import ImportRefused

MOST_SHEET_BYTES = 256 << 20
MOST_CSV_BYTES = 8 << 30


def open_plain(path: Path, most_bytes: int) -> int:
    """A descriptor for reading `path`, which is the caller's to close.

    A link is refused as well: what is imported is kept under the name that was typed. Opening does not wait, as
    it would for who writes into a pipe.

    Raises:
        ImportRefused: there is no such file, it is no plain file, or it is larger than `most_bytes`.
    """
    try:
        if path.is_symlink():
            raise ImportRefused("link_file", name=path.name)
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise ImportRefused(
            "no_file", name=path.name, detail=getattr(error, "strerror", None) or ""
        ) from None
    found = os.fstat(number)
    if not stat.S_ISREG(found.st_mode):
        os.close(number)
        raise ImportRefused("no_plain_file", name=path.name)
    if found.st_size > most_bytes:
        os.close(number)
        raise ImportRefused("big_file", name=path.name, most=most_bytes >> 20)
    return number
