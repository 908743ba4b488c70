"""The first page after signing in: what waits."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from renewal.domain.staff import Role
from renewal.services.app import Services
from renewal.services.callbacks.staff import counts
from renewal.services.night.listing import ListedNight, last_night
from renewal.services.talks.waiting import how_many_wait
from renewal.services.texts.dead_letters import count_dead
from renewal.services.texts.sending import HeldBack, held_back
from sms_gateway.desk.access import for_role, may
from sms_gateway.gateway import gateway

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overseen:
    """What a supervisor sees besides: texts that did not get through, what is held, the last night."""

    dead: int
    held: HeldBack
    night: ListedNight | None


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """What waits for staff, with the way there."""
    services = gateway().services
    return render_template(
        "home.html",
        callbacks=counts(services),
        talks=how_many_wait(services),
        overseen=_overseen(services) if may(Role.SUPERVISOR) else None,
    )


def _overseen(services: Services) -> Overseen:
    return Overseen(dead=count_dead(services), held=held_back(services), night=last_night(services))
