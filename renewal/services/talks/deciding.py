"""Whether a text is answered, gets two topics to choose from, or is declined: by how sure the model is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from renewal.dialogue.understood import Understood

# Set by hand between answering wrongly and asking back too often; docs/evaluation.md shows what each costs.
SURE = 0.55  # from here on the likeliest topic is answered
SECOND = 0.12  # a second topic that is less likely is no real choice
EITHER = 0.45  # below it for both together, neither is worth offering
PART_SURE = 0.5  # a question among several is answered on its own from here on
OUT_OF_SCOPE = "out_of_scope"
TALK = frozenset(
    "greet goodbye thanks acknowledge deny cancel correct ask_why repeat more complaint insult inform help "
    "injection out_of_scope human my_status points_estimate appointment".split()
)
# What these answer must be named in the text, or the next likely topic is meant.
_FAKES = re.compile(
    r"假|伪|造|[pP]图|[pP][sS]?一|冒|代开|(?<!没)买(?!房|了房|的房)|卖|借用|挂靠|编|骗|黄牛|搞一|弄一|弄个|搞个|做一|做个|fake|forg|photoshop|buy|sell|jia",
    re.IGNORECASE,
)
EVIDENCE: Mapping[str, Callable[[Understood], bool]] = MappingProxyType(
    {
        "other_city": lambda said: bool(
            said.entities.get("city") or re.search(r"[a-zA-Z]{4}|外地|别的|其他|老家|外省", said.text)
        ),
        "forged": lambda said: bool(_FAKES.search(said.text)),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`answers`: what is answered, in order (several where the text asks several); else `choices`, or neither."""

    answers: tuple[Understood, ...] = ()
    choices: tuple[str, ...] = ()


def decide(understood: Understood, offerable: Callable[[str], bool]) -> Decision:
    """Answer one topic or several, offer the two likeliest, or decline.

    `offerable` says whether a topic can be named as a choice.
    """
    several = _several(understood)
    if len(several) > 1:
        return Decision(answers=several)
    said = with_evidence(several[0] if several and understood.confidence < SURE else understood)
    if said.intent == OUT_OF_SCOPE and said.confidence >= SURE:
        return Decision()
    if said.confidence >= SURE or len(said.ranking) < 2:
        return Decision(answers=(said,)) if said.intent != OUT_OF_SCOPE else Decision()
    likely = [(intent, chance) for intent, chance in said.ranking if offerable(intent)][:2]
    if len(likely) == 2 and likely[1][1] >= SECOND and sum(chance for _, chance in likely) >= EITHER:
        return Decision(choices=tuple(intent for intent, _ in likely))
    if said.intent == OUT_OF_SCOPE or said.confidence < EITHER:
        return Decision()
    return Decision(answers=(said,))


def with_evidence(said: Understood) -> Understood:
    """The text as the likeliest topic of which it names what that topic needs."""
    proof = EVIDENCE.get(said.intent)
    if proof is None or proof(said):
        return said
    rest = tuple((intent, chance) for intent, chance in said.ranking if intent != said.intent)
    if not rest:
        return said
    total = sum(chance for _, chance in rest) or 1.0
    ranking = tuple((intent, chance / total) for intent, chance in rest)
    return replace(said, intent=ranking[0][0], confidence=ranking[0][1], ranking=ranking)


def _several(understood: Understood) -> tuple[Understood, ...]:
    """The questions of a text that are surely about different topics; a part that is only talk is left out."""
    found: list[Understood] = []
    for part in understood.parts:
        said = with_evidence(part)
        known = any((said.intent, said.entities) == (other.intent, other.entities) for other in found)
        if said.confidence >= PART_SURE and said.intent not in TALK and not known:
            found.append(said)
    return tuple(found)
