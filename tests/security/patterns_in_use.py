"""Every pattern that a stranger's text meets, and every function of the language that reads one.

Run as a program, in an interpreter where nothing is compiled yet, it times the patterns, and prints as JSON which are
slow, and which lines that ask for a pattern were not reached.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from types import FrameType, ModuleType

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("renewal.language", "renewal.dialogue", "renewal.services.talks")
BOT = ROOT / "bot" / "components"  # what these modules import is in Rasa's own environment
ASKING = frozenset("compile search match fullmatch split findall finditer sub subn".split())
TODAY = date(2026, 11, 23)
WARMING = (
    "查一下王伟的居住证，我的手机13800138000，验证码123456，12月5号到期，周三上午9点以后行，浦东新区",
    "我叫张三，不是李四；社保从2019年3月交到现在，基数2倍，本科，1990年5月出生，中级职称，结婚5年，3年前搬家",
    "my name is Li Lei, not Wang. call 021-62833333 ext 12 before 5pm next monday, the 5th of december, 2 years ago",
    "逾期一百零五天了 还有三个月零五天 shi er yue wu hao dao qi 大后天 十二月三十一号 or 15号还是16号 12/5/2026",
    "130503670401001 老公是上海户口，结婚5年。验证码1234",
    "我 的 证 1 2 月 到 期 了",
    "过期的30天前",
    "超过90天会怎样",
    "快45",
    "获得过市级表彰第一档，2年前提供过虚假材料1次",
    "juzhuzheng zenme xuqian",
)
# What a reader is given beside the text, by the parameter's name.
GIVEN: dict[str, object] = {
    "today": TODAY,
    "on": TODAY,
    "code_digits": 6,
    "count": 6,
    "standard": 120,
    "cities": ("北京", "广州"),
    "name": "浦东新区社区事务受理服务中心",
    "district": "浦东新区",
    "expiries": (TODAY, TODAY.replace(year=2027)),
    "tails": ("1001", "1002"),
    "bands": (Decimal("0.8"), Decimal(1), Decimal(2)),
    "given": {},
    "days": (),
}
# Functions whose text is no stranger's, or which read what another reader has cut out.
ONE_WORD = frozenset({"_check", "one"})  # functions that make a pattern of one word, which reads no text
PIECES = frozenset(
    """count feast_on feasts_about year_of full_year add_months find_pairs is_free relation_words one pattern
    mask_name mask_phone""".split()
)


def modules() -> list[ModuleType]:
    """The packages' modules, imported."""
    packages = [importlib.import_module(name) for name in PACKAGES]
    return [
        *packages,
        *(
            importlib.import_module(part.name)
            for package in packages
            for part in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        ),
    ]


def readers() -> dict[str, Callable[[str], object]]:
    """Every public function of the language whose first argument is a text, by name, ready to be given one."""
    found: dict[str, Callable[[str], object]] = {}
    for module in modules():
        if not module.__name__.startswith("renewal.language"):
            continue
        for name, made in vars(module).items():
            if name.startswith("_") or getattr(made, "__module__", "") != module.__name__ or name in PIECES:
                continue
            if callable(made) and not isinstance(made, type):
                reads = _reader(made)
                if reads:
                    found[f"{module.__name__}.{name}"] = reads
    return found


def _reader(made: Callable[..., object]) -> Callable[[str], object] | None:
    first, *others = inspect.signature(made).parameters.values() or (None,)
    if first is None or first.annotation not in (str, "str"):
        return None
    needed = [other for other in others if other.default is other.empty]
    given = {**GIVEN, "rules": _rules()}
    if all(other.name in given or other.annotation in (bool, "bool") for other in needed):
        return partial(made, **{other.name: given.get(other.name, True) for other in needed})
    return None


@cache
def _rules() -> object:
    return importlib.import_module("renewal.rulebook").load_rulebook()


class Census:
    """Notes each pattern that the packages ask for from now on, and the lines that ask."""

    def __init__(self) -> None:
        self.patterns: dict[tuple[str, int], str] = {}
        self.lines: set[tuple[str, int]] = set()
        compiled = re._compile

        def noting(source: str | re.Pattern[str], flags: int) -> re.Pattern[str]:
            made = compiled(source, flags)
            self._note(made, sys._getframe(1))
            return made

        re._compile = noting

    def _note(self, made: re.Pattern[str], frame: FrameType | None) -> None:
        while frame is not None and frame.f_code.co_filename == re.__file__:
            frame = frame.f_back
        file = Path(frame.f_code.co_filename) if frame else Path()
        if frame and file in _FILES:
            self.lines.add((str(file), frame.f_lineno))
        if frame and file in _FILES and frame.f_code.co_name not in ONE_WORD:
            where = f"{file.relative_to(ROOT)}:{frame.f_lineno}"
            self.patterns.setdefault((made.pattern, made.flags), where)


def _files() -> set[Path]:
    return {file for package in PACKAGES for file in (ROOT / package.replace(".", "/")).rglob("*.py")}


_FILES = _files()


def warm() -> None:
    """Make what is made at first use: by a cache without arguments, for a concept, and by reading some texts."""
    from renewal.language import words

    for module in modules():
        for made in list(vars(module).values()):
            if hasattr(made, "cache_parameters") and not inspect.signature(made).parameters:
                made()
    words.one("zh", "续签")
    for concept in words.concepts():
        words.pattern(concept)
        words._never(concept)
    for text in WARMING:
        for read in readers().values():
            _consumed(read(text))


def _consumed(found: object) -> None:
    if isinstance(found, Iterator):
        list(found)


def calls(file: Path) -> Iterator[ast.Call]:
    """Every place in a module where a pattern is asked for by the name of a function of `re`."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in ASKING and ast.unparse(called.value) == "re":
            assert isinstance(node, ast.Call)
            yield node


def of_the_bot() -> Iterator[tuple[str, int, str]]:
    """The patterns of Rasa's components, worked out from their source: each is made of text and other names."""
    for file in sorted(BOT.glob("*.py")):
        known: dict[str, object] = {"re": re}
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                try:
                    known[node.targets[0].id] = eval(ast.unparse(node.value), dict(known))
                except NameError:
                    continue
        for call in calls(file):
            flags = [
                eval(ast.unparse(each), dict(known)) for each in call.args[1:] if "re." in ast.unparse(each)
            ]
            source = eval(ast.unparse(call.args[0]), dict(known))
            yield source, re.compile(source, *flags).flags, f"{file.relative_to(ROOT)}:{call.lineno}"


def main() -> None:
    """Print how many patterns there are, which of them are slow, and which line was not reached."""
    census = Census()
    warm()
    in_use = [(source, flags, where) for (source, flags), where in census.patterns.items()]
    missed = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in sorted(_FILES)
        for call in calls(file)
        if census.lines.isdisjoint((str(file), line) for line in _lines(call))
    ]
    from tests.security.long_repeats import slow_texts

    slow = {
        f"{where}: {source[:80]}": texts
        for source, flags, where in [*in_use, *of_the_bot()]
        if (texts := slow_texts(source, flags))
    }
    print(json.dumps({"patterns": len(in_use), "missed": missed, "slow": slow}))


def _lines(call: ast.Call) -> range:
    return range(call.lineno, (call.end_lineno or call.lineno) + 1)


if __name__ == "__main__":
    main()
