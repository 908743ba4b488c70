"""What a holder is told of a renewal at the window, and the texts that go out when something becomes of it."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.orm import Session

from renewal.domain import renewal_window
from renewal.services.app import Services
from renewal.services.jobs import REPLIES, SEND_DELIVERY
from renewal.services.texts import delivery
from renewal.services.texts.suppression import is_suppressed
from renewal.services.window.rows import CaseView, view
from renewal.store.models import Holder, WindowCase

Event = Literal["accepted", "returned", "refused", "endorsed"]
TAIL_CHARS = 4  # of a receipt's number: enough to tell which one, too little to be used by others


def tell(services: Services, session: Session, case: WindowCase, holder: Holder, event: Event) -> bool:
    """Put one text about an event on the queue, in the transaction that makes it happen; so it goes out once.

    False where the number gets no texts: bad, or opted out.
    """
    if not holder.phone_ok or is_suppressed(session, holder.phone_hash):
        return False
    today = services.today()
    values = case_values(services, view(session, case, today))
    said = services.wording.render(f"case_text.{event}", on=today, today=today, **values)
    delivery_id = delivery.create(
        session,
        phone=holder.phone,
        phone_hash=holder.phone_hash,
        body=services.wording.render("sms.signature") + said,
        provider=services.settings.provider,
        now=services.now(),
    )
    services.jobs.enqueue(
        session, SEND_DELIVERY, REPLIES, delivery_id, id=f"send:{delivery_id}", partition=holder.phone_hash
    )
    return True


def case_values(services: Services, case: CaseView) -> Mapping[str, Any]:
    """What a wording about a case may name; a day that is not set yet is None.

    `review_by` is who reviews it now, or did last, and empty before it was accepted.
    """
    review = case.open_review or next(reversed(case.reviews), None)
    return {
        "expires_on": case.expires_on,
        "opens_on": renewal_window(case.expires_on, services.rulebook).opens_on,
        "missing_papers": case.papers_missing,
        "accepted_on": case.accepted_on,
        "receipt_tail": case.receipt_no[-TAIL_CHARS:],
        "review_by": review.reviewer.value if review else "",
        "review_due_on": review.due_on if review else None,
        "due_on": case.due_on,
        "holidays_known": case.holidays_known,
        "late": case.overdue,
        "refused_by": case.refused_by.value if case.refused_by else "",
        "endorsed_on": case.endorsed_on,
    }
