"""A city's files, plainly generated: everybody who is due in 30 days, and what the bureaus know of them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import IO

from renewal.language.records import DISTRICTS

DAY = date(2026, 11, 23)
EXPIRY_DAYS = 30
FACT_DAYS = 5
LARGEST = 49_999_999  # 199 and eight digits, half of them for those who have a new number
HEADINGS = {
    "holders": "permit_no,name,phone,category,district,expires_on,address,employer,sponsor,marriage,school",
    "residence": "permit_no,address,phone,as_of_on",
    "employment": "permit_no,employer,as_of_on",
    "insurance": "permit_no,employer,as_of_on",
    "civil": "permit_no,sponsor,marriage,as_of_on",
    "schooling": "permit_no,enrolment,as_of_on",
}
CATEGORIES = ("employment",) * 14 + ("business",) * 2 + ("dependant",) * 3 + ("schooling",)
TRADES = "餐饮 物流 软件 服装 建筑 家政 印刷 机械 食品 广告".split()
# What a permit's data show: mostly nothing, then one field that differs, then a bureau that knows nothing.
FATES = ("same",) * 84 + tuple("address employment phone other".split()) * 2
FATES += ("no_residence", "no_employment", "no_other", "no_residence") * 2

Row = tuple[str, str]  # which file, and its line


def generate(folder: Path, permits: int, seed: int, day: date = DAY) -> Mapping[str, Path]:
    """Write one file a kind into `folder`; returns them by kind, "holders" first.

    Permits BENCH-00000001 onward expire evenly on the 30 days from `day` on; what a bureau says was so on one
    of the five days before `day`. The same seed and day make the same files. About 100,000 permits a second.

    Raises:
        ValueError: more permits than there are sample phone numbers.
    """
    if not 1 <= permits <= LARGEST:
        raise ValueError(f"a sample city has 1 to {LARGEST} permits")
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / f"{kind}.csv" for kind in HEADINGS}
    with ExitStack() as stack:
        files: dict[str, IO[str]] = {
            kind: stack.enter_context(path.open("w", encoding="utf-8", buffering=1 << 20))
            for kind, path in paths.items()
        }
        for kind, headings in HEADINGS.items():
            files[kind].write(headings + "\n")
        for kind, line in _rows(permits, Random(seed), day):
            files[kind].write(line)
    return paths


def _rows(permits: int, random: Random, day: date) -> Iterator[Row]:
    expiries = [(day + timedelta(days=n)).isoformat() for n in range(EXPIRY_DAYS)]
    known_on = [(day - timedelta(days=n)).isoformat() for n in range(1, FACT_DAYS + 1)]
    draw = random.random
    for index in range(1, permits + 1):
        category = CATEGORIES[int(draw() * len(CATEGORIES))]
        fate = FATES[int(draw() * len(FATES))]
        person = _Person(index, category, fate, int(draw() * (1 << 30)))
        yield from person.rows(expiries[index % EXPIRY_DAYS], known_on[int(draw() * FACT_DAYS)])


class _Person:
    """One permit; `number` is drawn at random and says where they live and work."""

    __slots__ = ("_at", "_category", "_district", "_fate", "_home", "_index", "_no", "_work")

    def __init__(self, index: int, category: str, fate: str, number: int) -> None:
        self._index, self._category, self._fate = index, category, fate
        self._no = f"BENCH-{index:08d}"
        self._district = DISTRICTS[number % len(DISTRICTS)]
        self._home = f"{self._district}样例路{number % 997}弄{number % 61}号{number % 29}01室"
        works = category in {"employment", "business"} or number % 3 == 0
        self._work = f"上海样例{TRADES[number % len(TRADES)]}第{number % 5003}有限公司" if works else "无"

    def rows(self, expires_on: str, known_on: str) -> Iterator[Row]:
        """The permit's own line, and what each bureau that knows it says."""
        yield "holders", self._holder(expires_on)
        fate, no = self._fate, self._no
        if fate != "no_residence":
            home = self._home if fate != "address" else f"{self._district}新样例路{self._index % 997}号"
            phone = self._index if fate != "phone" else LARGEST + self._index
            yield "residence", f"{no},{home},199{phone:08d},{known_on}\n"
        if fate != "no_employment":
            work = self._work if fate != "employment" else f"上海样例新第{self._index % 997}有限公司"
            yield "insurance", f"{no},{work},{known_on}\n"
            if self._category in {"employment", "business"}:
                yield "employment", f"{no},{work},{known_on}\n"
        if fate != "no_other":
            if self._category == "dependant":
                yield "civil", f"{no},健在,{'已婚' if fate != 'other' else '离婚'},{known_on}\n"
            elif self._category == "schooling":
                yield "schooling", f"{no},{'在读' if fate != 'other' else '离校'},{known_on}\n"

    def _holder(self, expires_on: str) -> str:
        dependant = "alive,married" if self._category == "dependant" else ","
        school = f"样例第{self._index % 97}大学" if self._category == "schooling" else ""
        return (
            f"{self._no},样例{self._index},199{self._index:08d},{self._category},{self._district},"
            f"{expires_on},上海市{self._home},{self._work},{dependant},{school}\n"
        )
