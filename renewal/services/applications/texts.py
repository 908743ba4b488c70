"""What a holder is told of a renewal at the window, and the texts that go out when something becomes of it."""

from collections.abc import Mapping
from typing import Any, Literal

from renewal.domain import renewal_window
from renewal.services.app import Services
from renewal.services.applications.rows import ApplicationView, view
from renewal.services.texts import holds, outbox
from renewal.services.texts.said import by_template
from renewal.services.work import Work
from renewal.store.models import Application, Holder

Event = Literal["accepted", "returned", "refused", "endorsed"]
TAIL_CHARS = 4  # of a receipt's number: enough to tell which one, too little to be used by others


def tell(work: Work, application: Application, holder: Holder, event: Event) -> bool:
    """Put one text about an event on the queue, in the transaction that makes it happen; so it goes out once.

    False where the number gets no texts: bad, or opted out.
    """
    if not holder.phone_ok:
        return False
    services = work.services
    values = application_values(services, view(work.session, application, services.today()))
    text = outbox.Text(
        phone=holder.phone,
        phone_hash=holder.phone_hash,
        said=by_template(services, f"application_text.{event}", **values),
        lane=holds.NOTICES,
    )
    return outbox.post(work, text) is not None


def application_values(services: Services, application: ApplicationView) -> Mapping[str, Any]:
    """What a wording about an application may name; a day that is not set yet is None.

    `review_by` is who reviews it now, or did last, and empty before it was accepted.
    """
    review = application.open_review or next(reversed(application.reviews), None)
    return {
        "expires_on": application.expires_on,
        "opens_on": renewal_window(application.expires_on, services.rulebook).opens_on,
        "missing_papers": application.papers_missing,
        "accepted_on": application.accepted_on,
        "receipt_tail": application.receipt_no[-TAIL_CHARS:],
        "review_by": review.reviewer.value if review else "",
        "review_due_on": review.due_on if review else None,
        "due_on": application.due_on,
        "holidays_known": application.holidays_known,
        "late": application.overdue,
        "refused_by": application.refused_by.value if application.refused_by else "",
        "endorsed_on": application.endorsed_on,
    }
