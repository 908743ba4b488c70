"""What a process makes is its owner's alone. Every door calls this before it makes anything."""

import os
import resource
import stat
from pathlib import Path

OTHERS = 0o077
OURS = (
    "*.db*",
    "secrets.*",
    "stack.*",
    "worker.*",
    "model.tar.gz",
    "logs",
    "logs/*",
    "sessions",
    "sessions/**/*",
)


def keep_private() -> None:
    """New files of this process and its children are for their owner; a crash writes no memory to a disk."""
    os.umask(OTHERS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def narrow(state_dir: Path) -> None:
    """Take from others what an earlier version, or a careless copy, let them read in the state folder.

    The folder itself is closed too, unless it is a home, holds this project, or is everybody's, as /tmp is.
    """
    if not state_dir.is_dir():
        return
    folder = state_dir.resolve()
    if not _is_for_more(folder):
        _take_from_others(folder)
    for pattern in OURS:
        for path in folder.glob(pattern):
            _take_from_others(path)


def _is_for_more(folder: Path) -> bool:
    everybodys = bool(folder.stat().st_mode & stat.S_ISVTX)
    return everybodys or any(place.is_relative_to(folder) for place in _homes())


def _homes() -> tuple[Path, ...]:
    project = Path(__file__).resolve().parents[1]
    try:
        return project, Path.home().resolve()
    except RuntimeError:  # this user has none
        return (project,)


def _take_from_others(path: Path) -> None:
    """A link is left alone: what it leads to may be somebody else's. So is what went away meanwhile."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid() or not found.st_mode & OTHERS:
        return
    path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
