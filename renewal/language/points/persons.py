"""Whose points a text speaks of: the clauses about its writer, and those about somebody else."""

import re
from dataclasses import dataclass

from renewal.language.text import low
from renewal.language.words import find, says, without

_HAN = r"[\u4e00-\u9fff]"
# A space beside Chinese ends a clause as a comma does: "小孩要中考 我45岁".
_ENDS = rf"(?:[，,。;；!！?？\n]|(?<={_HAN})\s|\s(?={_HAN}))"
_CLAUSES = re.compile(rf"(?:(?!{_ENDS}).)+{_ENDS}*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """A text in two: `own` what it tells of its writer, `other` of somebody else, without the word that names them.

    `named` is that word, empty where only a pronoun stands for it, or nobody else is spoken of.
    """

    own: str = ""
    other: str = ""
    named: str = ""

    @property
    def is_of_other(self) -> bool:
        """Whether the text speaks of somebody else at all."""
        return bool(self.other)


def persons_in(text: str) -> Persons:
    """Who is spoken of, clause by clause: a clause without anybody goes on about the one before it.

    A child is nobody whose points are counted: its age and its school are left out.
    """
    own, other, named, on_other, on_child = "", "", "", False, False
    for clause in _CLAUSES.findall(low(text)):
        grown = says("of_the_writer", clause) or says("grown_child", clause)
        goes_on = on_child and says("names_degree", clause) and not grown
        on_child = goes_on or says("of_a_child", clause)
        if on_child:
            continue
        match = find("of_another_person", clause)
        if match:
            named, on_other = named or match.group(), True
        elif says("of_a_pronoun", clause):
            on_other = True
        elif on_other and says("of_the_writer", clause):
            on_other = False
        if on_other:
            other += without("of_another_person", clause) if match else clause
        else:
            own += clause
    return Persons(own=own, other=other, named=_person(named))


def _person(named: str) -> str:
    """The word for the person alone: "帮我朋友" and "我朋友" are one."""
    match = find("a_person_beside", named) if named else None
    return match.group() if match else ""
