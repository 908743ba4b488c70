"""Who did what when: the audit, a page at a time."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from renewal.domain.staff import Role
from renewal.services.lookup import audit
from renewal.services.lookup.audit import AuditFilter
from renewal.services.lookup.reasons import SearchRefused
from renewal.services.lookup.searching import permit_named
from sms_gateway.desk.access import actor, for_role
from sms_gateway.desk.acting import REFUSED, tell
from sms_gateway.desk.listing import address, asked, day_asked, day_of, id_asked
from sms_gateway.gateway import gateway

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("/")
@for_role(Role.OPERATOR)
def index() -> str:
    """The newest entries, of an account, a permit, an act or some days where they are asked for."""
    only = AuditFilter(
        account=asked("account"),
        permit_id=id_asked("of"),
        act=asked("act"),
        since=day_asked("since"),
        until=day_asked("until"),
    )
    before = id_asked("before")
    shown = audit.read_audit(gateway().services, only, staff=actor(), before=before)
    given = {name: asked(name) for name in ("account", "of", "act", "since", "until")}
    return render_template(
        "audit.html",
        only=only,
        shown=shown,
        acts=audit.known_acts(gateway().services),
        older=address("audit.index", before=shown.next_before, **given) if shown.next_before else "",
        newest=address("audit.index", **given) if before else "",
    )


@blueprint.post("/")
@for_role(Role.OPERATOR)
def choose() -> Response:
    """Choose what to see; a permit's number stands in no address."""
    chosen = {name: request.form.get(name, "").strip() or None for name in ("account", "act")}
    for name in ("since", "until"):
        day = day_of(request.form.get(name, ""))
        chosen[name] = day.isoformat() if day else None
    typed = request.form.get("permit", "").strip()
    try:
        permit_id = permit_named(gateway().services, typed) if typed else None
    except SearchRefused as refused:
        return tell(str(refused), then=address("audit.index", **chosen), category=REFUSED)
    return redirect(address("audit.index", **chosen, of=permit_id), 303)
