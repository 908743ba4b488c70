"""Results go to standard output, what is under way to standard error."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

PIPE_COLUMNS = 120

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_COLUMNS)
err = Console(stderr=True, highlight=False)


def quiet_logs() -> None:
    """Let services tell of trouble only, on standard error: a command's output is its result."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("dbos").setLevel(logging.WARNING)


def say(line: str) -> None:
    """One line of what is under way."""
    err.print(line, markup=False)


def fail(line: str) -> None:
    """One line that says what went wrong, whatever line breaks its cause had."""
    print(" ".join(line.split()), file=sys.stderr)  # noqa: T201 - rich would wrap it


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A spinner with the elapsed seconds; where nobody watches, one line."""
    if not err.is_terminal:
        say(f"{what} …")
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        bar.add_task(what, total=None)
        yield


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is moved by calling it with (done, all)."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=not err.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def move(done: int, all_of_them: int) -> None:
            bar.update(task, completed=done, total=all_of_them)

        yield move
