"""Results go to standard output, what is under way to standard error."""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import structlog
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment

from renewal.language.controls import without_controls

PIPE_COLUMNS = 120


class PlainConsole(Console):
    """Prints words as words: what was typed by a stranger, or came in a bureau's file, gives a terminal no orders.

    No square bracket is markup and no colon an emoji; styles are given in code. Whatever a table or a panel is made
    of passes here, so nobody needs to think of it where something is printed.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(without_controls(segment.text), segment.style)


out = PlainConsole(
    highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPE_COLUMNS
)
err = PlainConsole(stderr=True, highlight=False, markup=False, emoji=False)


def quiet_logs() -> None:
    """Let services tell of trouble only, on standard error: a command's output is its result."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("dbos").setLevel(logging.WARNING)


def say(line: str) -> None:
    """One line of what is under way."""
    err.print(line)


def fail(line: str) -> None:
    """One line that says what went wrong, whatever line breaks its cause had."""
    print(" ".join(without_controls(line).split()), file=sys.stderr)  # noqa: T201 - rich would wrap it


def put(text: str) -> None:
    """Lines as they are, which rich would wrap."""
    print(without_controls(text))  # noqa: T201


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
