"""The action server: every action by name, behind the secret."""

import hmac
from collections.abc import Callable
from functools import partial
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions import answering, appointment_amending, appointment_form, callback_form, points_form, status_form
from actions.turn import Act, Event, Result, Turn
from renewal.services.app import Services
from renewal.services.talks.why import explained

SECRET_HEADER = "X-Renewal-Secret"  # noqa: S105 a header's name
OPEN_PATHS = frozenset({"/health"})
ACTIONS: dict[str, Act] = {
    "action_answer": appointment_amending.first(answering.answer_text),
    "action_correct": appointment_amending.first(answering.answer_text),
    "action_my_status": status_form.answer,
    "action_submit_callback": callback_form.submit,
    "action_cancel_form": appointment_amending.first(callback_form.cancel),
    "action_ask_callback_name": status_form.elsewhere(partial(callback_form.ask, "callback_name")),
    "action_ask_callback_phone": status_form.elsewhere(partial(callback_form.ask, "callback_phone")),
    "action_ask_permit_expires_on": status_form.ask,
    "validate_callback_form": callback_form.validate,
    "validate_status_form": appointment_amending.first_in_form(status_form.validate),
    "validate_points_form": points_form.validate,
    "action_tell_points": points_form.tell,
    "validate_appointment_form": appointment_form.validate,
    "action_ask_appointment_centre": partial(appointment_form.ask, "appointment_centre"),
    "action_ask_appointment_slot": partial(appointment_form.ask, "appointment_slot"),
    **{f"action_ask_{slot}": partial(points_form.ask, slot) for slot in points_form.SLOTS},
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
        offered = request.headers.get(SECRET_HEADER, "").encode()
        if request.path in OPEN_PATHS or hmac.compare_digest(offered, secret):
            return None
        return json({"error": "wrong or missing secret"}, status=403)

    app.register_middleware(ask_for_secret, "request")
    return app


def _bound(name: str, act: Act, services: Services) -> Callable[[Any, Any, Any], list[Event]]:
    def run(dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:  # noqa: ARG001 the SDK counts three
        turn = Turn.of(tracker)
        result = act(services, turn)
        for message in result.messages:
            buttons = [
                {"title": button.label, "payload": f"/{button.intent}", "id": button.id}
                for button in message.buttons
            ]
            dispatcher.utter_message(text=message.text, buttons=buttons)
        if turn.explain:
            dispatcher.utter_message(json_message={"why": _why(services, name, turn, result)})
        return list(result.events)

    return run


def _why(services: Services, name: str, turn: Turn, result: Result) -> dict[str, Any]:
    """What a developer sees of an action: beside the answer, never in it."""
    told = explained(services, turn.understood(), result.response)
    return {"action": name, "form": turn.form, "asks": turn.requested, **told}
