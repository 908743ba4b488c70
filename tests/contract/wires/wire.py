"""What the suite needs to know of a provider's far end."""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.test import EnvironBuilder

from renewal.services.app import Services
from renewal.services.texts.provider import Provider, TextTemplate, Webhook

PHONE, OTHER = "+8619900000001", "+8619900000002"


@dataclass(kw_only=True)
class Wire:
    """A provider, what its other end saw, and how it is made to behave.

    `sent` gives (number, words) of all that was taken. `texts` and `receipts` make a signed webhook of several
    (id, number, words) and (the provider's id, our id, delivered or not), `receipt_ref` an id of the shape that a
    receipt has. One that posts nothing leaves them None. `swallow` makes it take the next text and then break the
    line, `hang_up` ends it.
    """

    provider: Provider
    services: Services
    new_id: Callable[[], str]
    sent: Callable[[], list[tuple[str, str]]]
    body: str = "【续签助手】您好，“签注”€😀\n第二行"
    template: TextTemplate | None = None
    other_body: str = "另一条"
    other_template: TextTemplate | None = None
    texts: Callable[[list[tuple[str, str, str]]], Webhook] | None = None
    receipts: Callable[[list[tuple[str, str, bool]]], Webhook] | None = None
    several: bool = False
    unsigned: Callable[[Webhook], Webhook] | None = None
    swallow: Callable[[], None] | None = None
    refuse_account: Callable[[], None] | None = None
    refuse_busy: Callable[[], None] | None = None
    hang_up: Callable[[], None] | None = None
    receipt_ref: Callable[[str], str] = lambda our_id: f"SM{our_id[-4:]}"


def webhook(builder: EnvironBuilder, *, rule: str, our_id: str | None = None) -> Webhook:
    """A request as the gateway hands it over."""
    request = builder.get_request()
    return Webhook(
        rule=rule,
        path=request.full_path if request.query_string else request.path,
        headers=request.headers,  # type: ignore[arg-type]
        media_type=request.mimetype,
        body=request.get_data(),
        form=request.form,
        our_id=our_id,
    )
