"""Who has an account at the desk. They are made and changed by command."""

from flask import Blueprint, render_template

from renewal.domain.staff import Role
from renewal.services.accounts import accounts
from sms_gateway.desk.access import for_role
from sms_gateway.gateway import gateway

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("/")
@for_role(Role.OPERATOR)
def index() -> str:
    """The accounts."""
    return render_template("people.html", people=accounts.listed(gateway().services))
