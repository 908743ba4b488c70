"""Figures of understanding: from rankings and labels to accuracy, F1, recall, and what is surely answered wrongly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.ground import Ground
from renewal.dialogue.memory import Memory
from renewal.dialogue.topics import OUT_OF_SCOPE
from renewal.dialogue.understood import Understood
from renewal.dialogue.weighing import stands_for

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and the intents that are right for it, the likelier first."""

    text: str
    intents: tuple[str, ...]

    def right(self, topics: Iterable[str]) -> str:
        """The intent of the label that one of the topics is, or stands for; empty where none does."""
        meant = {each for topic in topics for each in (topic, *stands_for(topic))}
        return next((intent for intent in self.intents if intent in meant), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a model made of a text: intents with confidence, best first, and entities with their values."""

    text: str
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[tuple[str, str], ...] = ()

    @property
    def intent(self) -> str:
        """The likeliest."""
        return self.ranking[0][0]


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """Lines `intent<TAB>text`, or `intent|intent<TAB>text`."""
    lines = (line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return tuple(Labelled(text=text, intents=tuple(intents.split("|"))) for intents, text in lines)


def read_entities(path: Path) -> Mapping[str, frozenset[tuple[str, str]]]:
    """Lines `text<TAB>entity=value;entity=value`; nothing after the tab where there is no entity."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        text, _, values = line.partition("\t")
        if text.strip():
            pairs = (pair.partition("=") for pair in values.strip().split(";") if pair.strip())
            found[text] = frozenset((kind.strip(), value.strip()) for kind, _, value in pairs)
    return found


def accuracy(labelled: Sequence[Labelled], parsed: Sequence[Parsed]) -> float:
    """Share whose likeliest intent is a right one."""
    right = sum(bool(label.right([parse.intent])) for label, parse in zip(labelled, parsed, strict=True))
    return right / len(labelled)


def macro_f1(labelled: Sequence[Labelled], parsed: Sequence[Parsed]) -> float:
    """Mean F1 of the intents that the labels name; a text with two right intents counts as what was found."""
    hits, said, meant = Counter[str](), Counter[str](), Counter[str]()
    for label, parse in zip(labelled, parsed, strict=True):
        found = label.right([parse.intent])
        right = found or label.intents[0]
        meant[right] += 1
        said[found or parse.intent] += 1
        hits[right] += bool(found)
    return sum(2 * hits[name] / (meant[name] + said[name]) for name in meant) / len(meant)


def outcomes(labelled: Sequence[Labelled], parsed: Sequence[Parsed], ground: Ground) -> Mapping[str, float]:
    """What the assistant would do on its own, as shares.

    `oos_recall`: texts out of scope that get no topic's answer. Of all texts: `confident_wrong` are answered
    outright and wrongly (one out of scope that is answered counts too); `offered` get two choices,
    `offered_right` of those hold a right one; `declined`: texts in scope that are declined.
    """
    count, out = Counter[str](), Counter[str]()
    for label, parse in zip(labelled, parsed, strict=True):
        said = Understood(
            intent=parse.intent,
            text=parse.text,
            confidence=parse.ranking[0][1],
            ranking=parse.ranking,
            entities=_by_kind(parse.entities),
        )
        case = Case(conversation_id="", channel="web")
        response = respond(Ask(ground=ground, case=case, memory=Memory(), said=said))
        outside = OUT_OF_SCOPE in label.intents
        out["all"] += outside
        choices = response.memory.choices
        if choices:
            count["offered"] += 1
            count["offered_right"] += bool(label.right(choices))
            out["kept"] += outside
        elif not response.topics:
            count["declined"] += not outside
            out["kept"] += outside
        elif not label.right(response.topics):
            count["confident_wrong"] += 1
    total = len(labelled)
    return {
        "confident_wrong": count["confident_wrong"] / total,
        "offered": count["offered"] / total,
        "offered_right": count["offered_right"] / max(count["offered"], 1),
        "declined": count["declined"] / total,
        "oos_recall": out["kept"] / max(out["all"], 1),
    }


def entity_f1(
    meant: Mapping[str, frozenset[tuple[str, str]]], parsed: Iterable[Parsed], kinds: frozenset[str]
) -> float:
    """Micro F1 over kind and value together."""
    hits = said_count = meant_count = 0
    for parse in parsed:
        said = {pair for pair in parse.entities if pair[0] in kinds}
        truth = meant[parse.text]
        hits += len(said & truth)
        said_count += len(said)
        meant_count += len(truth)
    return 2 * hits / max(said_count + meant_count, 1)


def reliability(labelled: Sequence[Labelled], parsed: Sequence[Parsed]) -> list[tuple[float, float, int]]:
    """For each tenth of confidence that occurs: its mean, the share that is right, how many texts."""
    held: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for label, parse in zip(labelled, parsed, strict=True):
        sure = parse.ranking[0][1]
        held[min(int(sure * BINS), BINS - 1)].append((sure, bool(label.right([parse.intent]))))
    return [
        (sum(s for s, _ in items) / len(items), sum(r for _, r in items) / len(items), len(items))
        for _, items in sorted(held.items())
    ]


def _by_kind(entities: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind, value in entities:
        found[kind] = (*found.get(kind, ()), value)
    return found
