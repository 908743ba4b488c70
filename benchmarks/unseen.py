"""How much of what nobody has read is answered right: 150 questions and 51 conversations, frozen by their hashes.

Totals only, by shape and by channel: whoever reads a failure of them has to write new ones. `--replies OUT` writes
every reply, for a reader who does not work on the assistant.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks import real
from renewal.cli.console import progress_bar, quiet_logs
from renewal.cli.places import ROOT
from renewal.cli.stack import PrivateStack
from renewal.services.app import Services, open_services
from renewal.services.samples import door, evaluation
from renewal.services.talks.assistant import Assistant
from renewal.services.talks.rasa import RasaAssistant

QUESTIONS = ROOT / "tests" / "evaluation" / "unseen.jsonl"
CONVERSATIONS = ROOT / "tests" / "evaluation" / "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One turn of a conversation: what was said, what came back, and whether all that must be there is."""

    conversation: str
    text: str
    reply: str
    right: bool


def main() -> None:
    """Ask, talk, print, and end with the figures as JSON."""
    parser = argparse.ArgumentParser(prog="make bench NAME=unseen", description=__doc__)
    parser.add_argument("--replies", type=Path, help="where to write every reply, as JSON lines")
    given = parser.parse_args()
    quiet_logs()
    results = real.ask(real.read(QUESTIONS))
    turns = talk(read_conversations(CONVERSATIONS))
    if given.replies:
        records = [result.record() for result in results]
        records += [{"conversation": t.conversation, "text": t.text, "reply": t.reply} for t in turns]
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        given.replies.write_text("".join(lines), encoding="utf-8")
    questions = real.measured(results)
    figures = {"questions": questions, "conversations": measured(turns)}
    real.show(questions)
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


def read_conversations(folder: Path) -> list[Mapping[str, Any]]:
    """Every conversation of the folder's files, each named by its file and its name."""
    return [
        {**raw, "name": f"{path.stem}: {raw['name']}"}
        for path in sorted(folder.glob("*.yml"))
        for raw in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def talk(conversations: Sequence[Mapping[str, Any]]) -> list[Said]:
    """Every conversation, one after the other, against a stack of its own."""
    found: list[Said] = []
    with PrivateStack(today=real.TODAY) as stack:
        services = open_services(stack.settings)
        with closing(RasaAssistant(services.settings)) as assistant, progress_bar("对话") as move:
            for place, conversation in enumerate(conversations, start=1):
                found += _held(services, assistant, conversation)
                move(place, len(conversations))
        services.store.close()
    return found


def _held(services: Services, assistant: Assistant, conversation: Mapping[str, Any]) -> Iterator[Said]:
    held = door.enter(services, conversation.get("channel", "web"), conversation.get("scenario", ""))
    for turn in conversation["turns"]:
        heard = door.say(services, assistant, held, turn["user"])
        held = heard.conversation_id
        reply = "\n".join(each.text for each in heard.replies)
        right = all(evaluation.contains(reply, wanted) for wanted in turn.get("must", ()))
        right = right and not any(
            evaluation.contains(reply, unwanted) for unwanted in turn.get("must_not", ())
        )
        yield Said(conversation=conversation["name"], text=turn["user"], reply=reply, right=right)


def measured(turns: Sequence[Said]) -> dict[str, int]:
    """Turns and whole conversations that went right."""
    names = dict.fromkeys(turn.conversation for turn in turns)
    wrong = {turn.conversation for turn in turns if not turn.right}
    return {
        "turns_right": sum(turn.right for turn in turns),
        "turns": len(turns),
        "whole_right": len(names) - len(wrong),
        "whole": len(names),
    }


if __name__ == "__main__":
    main()
