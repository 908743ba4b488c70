"""Which texts ask alike: by the characters and pairs of characters that they share, without a model."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log, sqrt

MOST_SHARING = 200  # a pair that more texts hold joins nobody: it stands in every question
LOOKED_AT = 30  # groups that share most with a text


def grouped(texts: Sequence[str], least: float) -> tuple[tuple[int, ...], ...]:
    """The places of texts that are alike, the largest group first, of each group the first text first.

    A text joins the group whose first text it is most like, where their cosine over weighted characters and
    pairs of them is at least `least`; else it begins one.
    """
    vectors = _weighted([_grams(text) for text in texts])
    leaders: list[int] = []
    members: dict[int, list[int]] = {}
    holding: dict[str, list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        leader = _nearest(vector, vectors, holding, least)
        if leader is None:
            leaders.append(place)
            members[place] = [place]
            for gram in vector:
                holding[gram].append(place)
        else:
            members[leader].append(place)
    return tuple(
        sorted((tuple(members[each]) for each in leaders), key=lambda group: (-len(group), group[0]))
    )


def _nearest(
    vector: dict[str, float], vectors: Sequence[dict[str, float]], holding: dict[str, list[int]], least: float
) -> int | None:
    shared: Counter[int] = Counter()
    for gram in vector:
        if len(holding.get(gram, ())) <= MOST_SHARING:
            shared.update(holding.get(gram, ()))
    best, found = least, None
    for place, _ in shared.most_common(LOOKED_AT):
        other = vectors[place]
        cosine = sum(weight * other.get(gram, 0.0) for gram, weight in vector.items())
        if cosine >= best:
            best, found = cosine, place
    return found


def _grams(text: str) -> Counter[str]:
    letters = "".join(char for char in text.casefold() if char.isalnum())
    pairs = (letters[at : at + 2] for at in range(len(letters) - 1))
    return Counter([*(letters or text), *pairs])


def _weighted(counted: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Each text's characters and pairs, the rarer the heavier, at length one."""
    spread: Counter[str] = Counter()
    for grams in counted:
        spread.update(grams.keys())
    made = []
    for grams in counted:
        weights = {
            gram: count * (1 + log((1 + len(counted)) / (1 + spread[gram]))) for gram, count in grams.items()
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        made.append({gram: weight / length for gram, weight in weights.items()})
    return made
