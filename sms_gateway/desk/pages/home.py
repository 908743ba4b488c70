"""The first page after signing in: what waits."""

from flask import Blueprint, render_template

from renewal.domain.staff import Role
from sms_gateway.desk.access import for_role

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """What waits for staff, with the way there."""
    return render_template("home.html")
