"""What was not understood: a clerk says what it was about; whoever leads sees how often holders are answered."""

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from renewal.domain.staff import Role
from renewal.services.learning import naming
from renewal.services.learning.charts import figures
from renewal.services.learning.report import learning_report
from renewal.services.learning.unclear import nameable, topic_name
from sms_gateway.desk.access import actor, for_role, may
from sms_gateway.desk.acting import REFUSED, carry_out, tell
from sms_gateway.desk.words import label, say
from sms_gateway.gateway import gateway

blueprint = Blueprint("learning", __name__, url_prefix="/learning")

MOST_GROUPS = 20
MOST_WORDINGS = 8  # of a group


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """The largest groups, without persons; the figures for whoever leads."""
    services = gateway().services
    found = naming.groups(services)
    drawn = figures(services, learning_report(services)) if may(Role.SUPERVISOR) else ""
    return render_template(
        "learning.html",
        groups=found[:MOST_GROUPS],
        left=max(len(found) - MOST_GROUPS, 0),
        most=MOST_WORDINGS,
        named=lambda offered: "、".join(topic_name(services, topic) for topic in offered),
        topics={topic: topic_name(services, topic) for topic in nameable(services)},
        figures=Markup(drawn),  # noqa: S704 made by a template of ours, which escapes what it is filled with
    )


@blueprint.post("/<int:number>/name")
@for_role(Role.CLERK)
def name(number: int) -> Response:
    """The texts of this group are about that topic."""
    services = gateway().services
    topic = request.form.get("topic", "")
    if not topic:
        return tell(say("learning.no_choice"), then=url_for("learning.index"), category=REFUSED)

    def act() -> str:
        count = naming.name_texts(services, number, topic, staff=actor())
        return label("learn.named", count=count, topic=topic_name(services, topic))

    return carry_out(act, then=url_for("learning.index"))
