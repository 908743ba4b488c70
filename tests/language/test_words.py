"""Words as data: strictly read, each alternative reached by a text, none of them slow."""

import re
import time
from pathlib import Path

import pytest

from renewal.language import words
from renewal.language.text import usual
from renewal.language.words import WORDS, BadWords, concepts, find, one

CORPUS = WORDS / "corpus"
SLOWEST_S = 0.05
ROOMS = WORDS.parents[1]
# What may name a concept: code, the dialogue's tables, and another concept's words; a key alone names nothing.
READERS = "\n".join(
    [
        *(path.read_text("utf-8") for path in sorted(ROOMS.rglob("*.py"))),
        *(path.read_text("utf-8") for path in sorted((ROOMS / "dialogue").glob("*.yml"))),
        *re.findall(
            r"\{[a-z_]+\}", "".join(path.read_text("utf-8") for path in sorted(WORDS.glob("*/*.yml")))
        ),
    ]
)


def _lines() -> list[tuple[str, str]]:
    found = []
    for path in sorted(CORPUS.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                concept, text = line.split("\t")
                found.append((concept, text))
    return found


LINES = _lines()


@pytest.mark.parametrize(("concept", "text"), LINES)
def test_a_text_of_the_corpus_is_read_as_it_says(concept: str, text: str) -> None:
    wanted = not concept.startswith("!")
    assert (find(concept.removeprefix("!"), text) is not None) is wanted


@pytest.mark.parametrize("name", sorted(concepts()))
def test_every_alternative_of_a_concept_is_reached_by_a_text(name: str) -> None:
    texts = [usual(text) for concept, text in LINES if concept == name]
    unreached = [
        word
        for language, word in concepts()[name].alternatives()
        if not any(one(language, word).search(text) for text in texts)
    ]
    assert unreached == []


@pytest.mark.parametrize("name", sorted(concepts()))
def test_every_concept_is_read_by_somebody(name: str) -> None:
    named = re.search(rf"\b{name}\b", READERS) or f"{{{name}}}" in READERS
    assert named or f'f"{name.split("_", maxsplit=1)[0]}_{{' in READERS  # one concept a paper, one a person


# Whatever may stand beside a day, or in a request for a person: bags of words that name no one thing.
BAGS = {"day_happens", "asks_for_person"}
MOST_SHARED = 3


@pytest.mark.parametrize("name", sorted(concepts().keys() - BAGS))
def test_no_list_of_words_stands_under_two_concepts(name: str) -> None:
    words = {word for _, word in concepts()[name].alternatives() if not word.startswith("{")}
    for other in concepts().keys() - BAGS - {name}:
        shared = words & {word for _, word in concepts()[other].alternatives()}
        assert len(shared) <= MOST_SHARED, (other, shared)


@pytest.mark.parametrize("name", sorted(concepts()))
def test_no_concept_is_slow_on_long_repeats_of_its_own_words(name: str) -> None:
    text = "".join(word for _, word in concepts()[name].alternatives())[:50]
    began = time.perf_counter()
    find(name, (text * 40)[:1000])
    assert time.perf_counter() - began < SLOWEST_S * 20


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("Bad: [x]", "名字"),
        ("a: 3", "一列"),
        ("a: {any: [x], sometimes: [y]}", "any"),
        ("a: [x, x]", "两次"),
        ("a: ['']", "空的"),
        ("a: ['(x']", "写得不对"),
        ("a: ['{relation:电视}']", "不是词典里的亲属"),
        ("a: [X]", "小写"),
        ("a: [續]", "简体"),
    ],
)
def test_a_malformed_file_is_refused_whole(tmp_path: Path, raw: str, why: str) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.yml").write_text(raw, "utf-8")
    with pytest.raises(BadWords, match=why):
        concepts(tmp_path)


def test_what_is_never_a_word_is_passed_over_with_what_stands_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.yml").write_text("fakes: {any: [买], never: [没买]}", "utf-8")
    read = concepts(tmp_path)
    monkeypatch.setattr(words, "concepts", lambda: read)
    assert words.says("fakes", "买一本")
    assert not words.says("fakes", "还没买")
