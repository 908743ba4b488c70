"""What a member of staff may do at the desk."""

from enum import StrEnum


class Role(StrEnum):
    """A rank: each may do what those before it may."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"

    def may(self, needed: "Role") -> bool:
        """Whether what takes the role `needed` is open to this one."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)
