"""The widget over the whole stack in Chromium: what it weighs, what it asks for, how soon the first answer shows.

`first_answer_ms` is from opening the page to the answer on screen, with a question typed as soon as there is a field;
the page is opened anew in a fresh browser each time, and the median of the runs is told. A long task is one that keeps
the page from answering for more than 50 ms.
"""

import json
import statistics
import sys
import time
from dataclasses import dataclass, field
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, sync_playwright

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

    first_answer_ms: float
    long_tasks_ms: list[float]
    asked: list[str] = field(default_factory=list)


def main() -> None:
    """`ARGS="runs"` for other than ten."""
    import shutil

    runs = int(sys.argv[1]) if sys.argv[1:] else RUNS
    with PrivateStack(today=TODAY) as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        _run(browser, stack.gateway)  # the first one loads what is loaded once
        found = [_run(browser, stack.gateway) for _ in range(runs)]
        browser.close()
        weighs = {path: _bytes(stack.gateway + path) for path in FILES}
    strangers = [url for run in found for url in run.asked if not url.startswith(f"{stack.gateway}/")]
    of_widget = [url for url in found[0].asked if "/chat/" in url]
    answer_ms = sorted(run.first_answer_ms for run in found)
    tasks = [task for run in found for task in run.long_tasks_ms]
    told = {
        "gzip_kb": round(sum(weighs.values()) / 1000, 1),
        "files": {path: round(size / 1000, 1) for path, size in weighs.items()},
        "requests": len(found[0].asked),
        "requests_of_widget": len(of_widget),
        "third_party_requests": len(strangers),
        "first_answer_ms": round(statistics.median(answer_ms)),
        "first_answer_worst_ms": round(answer_ms[-1]),
        "long_tasks": len(tasks),
        "long_tasks_per_run": round(len(tasks) / len(found), 1),
        "longest_task_ms": round(max(tasks, default=0)),
        "runs": len(found),
    }
    print(json.dumps(told))


def _run(browser: Browser, gateway: str) -> Run:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.add_init_script(WATCH)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    started = time.perf_counter()
    page.goto(f"{gateway}/", wait_until="commit")
    page.locator(".composer textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".row.bot .tools").first.wait_for(timeout=PATIENCE_MS)
    first_answer_ms = 1000 * (time.perf_counter() - started)
    tasks = page.evaluate("window.longTasks")
    context.close()
    return Run(first_answer_ms, tasks, asked)


def _bytes(url: str) -> int:
    """What goes over the wire for who takes it compressed; JSON is compressed by the proxy in front of us."""
    import gzip

    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        body = answer.read()
        return len(body) if answer.headers.get("Content-Encoding") == "gzip" else len(gzip.compress(body))


if __name__ == "__main__":
    main()
