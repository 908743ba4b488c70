"""The widget over the whole stack in Chromium: what it weighs, what it asks for, how soon it is usable and answers.

The page is opened anew in a fresh browser each time; medians of the rounds are told, and the worst. `usable_ms` is
from opening the page to a field that takes a question; `answer_ms` from Enter to the whole answer on screen, with the
session that the first question opens; `first_answer_ms` is both and what a script needs to type. A long task is one
that keeps the page from answering for more than 50 ms.
"""

import gzip
import json
import shutil
import statistics
import sys
import time
from dataclasses import dataclass, field
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from renewal.cli.stack import PrivateStack
from tests.conftest import QUIET, TODAY

RUNS = 10
PATIENCE_MS = 120_000
QUESTION = "居住证怎么续签？"
FILES = ("/chat/widget.js", "/chat/words/zh-CN", "/chat/hints/zh-CN")
WATCH = """
    window.longTasks = [];
    new PerformanceObserver(list => window.longTasks.push(...list.getEntries().map(task => task.duration)))
        .observe({type: 'longtask', buffered: true});
"""


@dataclass
class Run:
    """One page, from nothing to the first answer."""

    usable_ms: float
    answer_ms: float
    first_answer_ms: float
    long_tasks_ms: list[float]
    asked: list[str] = field(default_factory=list)


def main() -> None:
    """`ARGS="runs"` for other than ten."""
    runs = int(sys.argv[1]) if sys.argv[1:] else RUNS
    with PrivateStack(today=TODAY) as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        _run(browser, stack.gateway)  # the first one loads what is loaded once
        found = [_run(browser, stack.gateway) for _ in range(runs)]
        browser.close()
        weighs = {path: _bytes(stack.gateway + path) for path in FILES}
    figures = _figures(found, weighs, stack.gateway)
    table = Table("widget", "", title=f"{runs} pages opened anew")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)
    print(json.dumps(figures))


def _figures(found: list[Run], weighs: dict[str, int], gateway: str) -> dict[str, object]:
    strangers = [url for run in found for url in run.asked if not url.startswith(f"{gateway}/")]
    tasks = [task for run in found for task in run.long_tasks_ms]
    return {
        "gzip_kb": round(sum(weighs.values()) / 1000, 1),
        "files": {path: round(size / 1000, 1) for path, size in weighs.items()},
        "requests": len(found[0].asked),
        "requests_of_widget": sum("/chat/" in url for url in found[0].asked),
        "third_party_requests": len(strangers),
        **_told("usable_ms", [run.usable_ms for run in found]),
        **_told("answer_ms", [run.answer_ms for run in found]),
        **_told("first_answer_ms", [run.first_answer_ms for run in found]),
        "long_tasks": len(tasks),
        "long_tasks_per_run": round(len(tasks) / len(found), 1),
        "longest_task_ms": round(max(tasks, default=0)),
        "runs": len(found),
    }


def _told(name: str, times_ms: list[float]) -> dict[str, int]:
    """The median and the worst, in whole milliseconds."""
    return {name: round(statistics.median(times_ms)), name.replace("_ms", "_worst_ms"): round(max(times_ms))}


def _run(browser: Browser, gateway: str) -> Run:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.add_init_script(WATCH)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened = time.perf_counter()
    page.goto(f"{gateway}/", wait_until="commit")
    page.locator(".composer textarea").wait_for(timeout=PATIENCE_MS)
    usable = time.perf_counter()
    page.locator(".composer textarea").fill(QUESTION)
    sent = time.perf_counter()
    page.keyboard.press("Enter")
    page.locator(".row.bot .tools").first.wait_for(timeout=PATIENCE_MS)
    answered = time.perf_counter()
    tasks = page.evaluate("window.longTasks")
    context.close()
    return Run(
        usable_ms=1000 * (usable - opened),
        answer_ms=1000 * (answered - sent),
        first_answer_ms=1000 * (answered - opened),
        long_tasks_ms=tasks,
        asked=asked,
    )


def _bytes(url: str) -> int:
    """What goes over the wire for who takes it compressed; JSON is compressed by the proxy in front of us."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        body = answer.read()
        return len(body) if answer.headers.get("Content-Encoding") == "gzip" else len(gzip.compress(body))


if __name__ == "__main__":
    main()
