"""Checks an action server's answer with a validator built once.

Rasa 3.6 builds it anew, and checks the schema itself, at every call: measured, half of a turn's time.
"""

import inspect
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

_EXPECTED = ["self", "result"]


class UnknownRasa(Exception):
    """Rasa's code is not the one that this was written against; read its release notes and mend this module."""


def install() -> None:
    """Replace Rasa's check. Raises UnknownRasa where Rasa no longer has it in the shape that we know."""
    check = getattr(RemoteAction, "_validate_action_result", None)
    if check is None or list(inspect.signature(check).parameters) != _EXPECTED:
        raise UnknownRasa("RemoteAction._validate_action_result(self, result) is gone or has changed")
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)
    validator.check_schema(schema)

    def validate_once_built(_self: RemoteAction, result: dict[str, Any]) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate_once_built
