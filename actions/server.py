"""The action server: every action by name, behind the secret."""

import hmac
from collections.abc import Callable
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.tracker import Event, events_of, turn_of, wants_why
from renewal.dialogue.forms.acts import FORMS, Act, Kind
from renewal.dialogue.forms.turn import Turn
from renewal.services.app import Services
from renewal.services.talks.why import explained
from renewal.services.turns.taking import Outcome, take_turn

SECRET_HEADER = "X-Renewal-Secret"  # noqa: S105 a header's name
OPEN_PATHS = frozenset({"/health"})
ACTIONS: dict[str, Act] = {
    "action_answer": Act(kind=Kind.ANSWER),
    "action_correct": Act(kind=Kind.ANSWER),
    "action_cancel_form": Act(kind=Kind.CANCEL),
    **{f"validate_{name}": Act(kind=Kind.FOLLOW, form=name) for name in FORMS},
    **{form.done_by: Act(kind=Kind.DONE, form=name) for name, form in FORMS.items() if form.done_by},
    **{
        f"action_ask_{slot}": Act(kind=Kind.ASK, form=name, slot=slot)
        for name, form in FORMS.items()
        for slot in form.slots
    },
}


class NoSecret(Exception):
    """RENEWAL_ACTIONS_SECRET is empty: the action server does not open without one."""


def make_executor(services: Services) -> ActionExecutor:
    """Rasa's executor with every action bound to the services."""
    executor = ActionExecutor()
    for name, act in ACTIONS.items():
        executor.register_function(name, _bound(name, act, services))
    # No action reads the domain, so Rasa is told not to send it, which the SDK would take for an error.
    executor.update_and_return_domain = lambda _payload, _action: {}
    return executor


def make_app(services: Services) -> "Sanic[Any, Any]":
    """The SDK's server; 403 without the secret, except for `/health`.

    Raises:
        NoSecret: the settings have none.
    """
    secret = services.settings.actions_secret.get_secret_value().encode()
    if not secret:
        raise NoSecret(str(NoSecret.__doc__))
    app: Sanic[Any, Any] = create_app(make_executor(services), cors_origins=None)

    async def ask_for_secret(request: Request) -> HTTPResponse | None:
        # Sanic keeps bytes that are no UTF-8 as half characters: they are a wrong secret, not an error.
        offered = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if request.path in OPEN_PATHS or hmac.compare_digest(offered, secret):
            return None
        return json({"error": "wrong or missing secret"}, status=403)

    app.register_middleware(ask_for_secret, "request")
    return app


def _bound(name: str, act: Act, services: Services) -> Callable[[Any, Any, Any], list[Event]]:
    def run(dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:  # noqa: ARG001 the SDK counts three
        turn = turn_of(tracker)
        outcome = take_turn(services, turn, act)
        for message in outcome.messages:
            buttons = [
                {"title": button.label, "payload": f"/{button.intent}", "id": button.id}
                for button in message.buttons
            ]
            clauses = {"clauses": list(message.sources)} if message.sources else None
            dispatcher.utter_message(text=message.text, buttons=buttons, json_message=clauses)
        if about := _turn(outcome):
            dispatcher.utter_message(json_message={"turn": about})
        if wants_why(tracker):
            dispatcher.utter_message(json_message={"why": _why(services, name, turn, outcome)})
        return events_of(outcome, act.form)

    return run


def _turn(outcome: Outcome) -> dict[str, Any]:
    """What the turn was about, an answer or a form that opens: counted, never shown. Empty within a form."""
    if outcome.response is not None:
        return {"topics": list(outcome.response.topics), "claim": outcome.response.claim}
    return {"topics": [outcome.opens], "claim": ""} if outcome.opens else {}


def _why(services: Services, name: str, turn: Turn, outcome: Outcome) -> dict[str, Any]:
    """What a developer sees of an action: beside the answer, never in it."""
    told = explained(services, turn.said, outcome.response)
    return {"action": name, "form": turn.form, "asks": turn.requested, **told}
