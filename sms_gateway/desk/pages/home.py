"""The first page after signing in: what waits."""

from flask import Blueprint, render_template

from renewal.domain.staff import Role
from renewal.services.callbacks.staff import counts
from renewal.services.talks.waiting import how_many_wait
from sms_gateway.desk.access import for_role
from sms_gateway.gateway import gateway

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """What waits for staff, with the way there."""
    services = gateway().services
    return render_template("home.html", callbacks=counts(services), talks=how_many_wait(services))
