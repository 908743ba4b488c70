"""Alibaba Cloud SMS: sends approved templates by the SDK, reads its pushes."""

import hmac
import json
import secrets
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from alibabacloud_dysmsapi20170525.models import (
    QuerySendDetailsRequest,
    QuerySmsSignListRequest,
    SendSmsRequest,
)

from renewal.services.texts.provider import (
    Acknowledgement,
    Approval,
    DeliveryState,
    InboundText,
    NotOffered,
    Receipt,
    SendError,
    SendFailure,
    TextTemplate,
    Webhook,
)
from renewal.settings import SHANGHAI, Settings
from sms_gateway.limits_table import LARGEST_PUSH_BYTES
from sms_gateway.providers.alibaba.approvals import compared, listed
from sms_gateway.providers.alibaba.client import classified, open_client, options, refuse_unless_ok
from sms_gateway.providers.alibaba.codes import NAME, SEND_STATUS, receipt_of
from sms_gateway.providers.alibaba.pushes import receipts_in, shanghai_time, texts_in
from sms_gateway.providers.alibaba.templates import load_templates

log = structlog.get_logger(__name__)

REPORTS, TEXTS = "/reports", "/texts"
KEPT = json.dumps({"code": 0, "msg": "成功"}, ensure_ascii=False)
MAINLAND = "+86"
PAGE_ROWS, MOST_PAGES, MOST_DAYS = 50, 4, 3
CLOCKS_APART = timedelta(seconds=60)  # ours and Alibaba's


class AlibabaProvider:
    """The provider port over Alibaba's official SDK.

    Each try has an id of its own, our text's and a few random digits: Alibaba gives it back in receipts and in its
    list of what was sent, where its own id is missing.
    """

    name = NAME
    largest_push_bytes = LARGEST_PUSH_BYTES

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._sign_name = settings.option("alibaba_sign_name")
        self._callback_key = settings.option("alibaba_callback_key")
        file = settings.option("alibaba_templates")
        self._templates = load_templates(Path(file) if file else None)
        self._client = open_client(
            access_key_id=settings.option("alibaba_access_key_id"),
            access_key_secret=settings.option("alibaba_access_key_secret"),
            base_url=settings.option("alibaba_base_url"),
        )

    def routes(self) -> Sequence[str]:
        """Receipts and texts come to places of their own."""
        return (REPORTS, TEXTS)

    def verify(self, webhook: Webhook) -> bool:
        """Whether the address ends with our key, said once: Alibaba signs nothing."""
        given = parse_qs(urlsplit(webhook.path).query).get("key", [])
        return len(given) == 1 and hmac.compare_digest(given[0].encode(), self._callback_key.encode())

    def read(self, webhook: Webhook) -> Sequence[InboundText | Receipt]:
        """All that it tells. Raises ValueError where nothing can be read."""
        return texts_in(webhook.body) if webhook.rule == TEXTS else receipts_in(webhook.body)

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        """Anything else, and Alibaba pushes all of it again."""
        return Acknowledgement(status=200, body=KEPT, media_type="application/json")

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        """Hand over one text as the approved template that says its words. Raises SendError."""
        words = body.removeprefix(f"【{self._sign_name}】")
        found = self._templates.find(template.name, words) if template is not None else None
        if found is None:
            raise SendError(SendFailure.CONTENT, "no_template")
        code, values = found
        out_id = f"{our_id}-{secrets.token_hex(4)}"
        request = SendSmsRequest(
            phone_numbers=to.removeprefix(MAINLAND).removeprefix("+"),
            sign_name=self._sign_name,
            template_code=code,
            template_param=json.dumps(values, ensure_ascii=False) if values else None,
            out_id=out_id,
        )
        try:
            answer = self._client.send_sms_with_options(request, options()).body
            refuse_unless_ok(answer)
        except Exception as error:
            raise classified(error) from error
        log.info("taken", provider=NAME, delivery=our_id, biz_id=answer.biz_id)
        return out_id

    def lookup(
        self,
        *,
        to: str,
        body: str,
        our_id: str,
        ref: str | None = None,
        since: datetime | None = None,
        owned: Container[str] = (),
    ) -> Receipt | None:
        """By the id that we gave the try, in the days since then. Raises SendError."""
        try:
            for detail in self._sent_to(to, since):
                out_id = str(detail.out_id or "")
                mine = out_id == ref if ref is not None else out_id.partition("-")[0] == our_id
                if mine and out_id not in owned and _not_older(detail, since):
                    state = SEND_STATUS.get(int(detail.send_status or 0), DeliveryState.UNKNOWN)
                    return receipt_of(out_id=out_id, state=state, code=str(detail.err_code or ""))
        except Exception as error:
            raise classified(error) from error
        return None

    def _sent_to(self, to: str, since: datetime | None) -> Iterator[Any]:
        """What was sent to a number: it is listed by days of Shanghai and by pages."""
        now = self._clock()
        first = (since or now - timedelta(days=1)).astimezone(SHANGHAI).date()
        last = now.astimezone(SHANGHAI).date()
        for day in (first + timedelta(days=number) for number in range(MOST_DAYS)):
            for page in range(1, MOST_PAGES + 1 if day <= last else 1):
                request = QuerySendDetailsRequest(
                    phone_number=to.removeprefix(MAINLAND).removeprefix("+"),
                    send_date=day.strftime("%Y%m%d"),
                    page_size=PAGE_ROWS,
                    current_page=page,
                )
                answer = self._client.query_send_details_with_options(request, options()).body
                refuse_unless_ok(answer)
                details = answer.sms_send_detail_dtos
                rows = (details.sms_send_detail_dto or []) if details is not None else []
                yield from rows
                if len(rows) < PAGE_ROWS:
                    break

    def recent_inbound(self, since: datetime) -> Sequence[InboundText]:
        """Raises NotOffered: what came in is only pushed, again and again until it is acknowledged."""
        raise NotOffered

    def approvals(self, texts: Sequence[tuple[str, str]]) -> Sequence[Approval]:
        """How far Alibaba is with a template for each of our texts. Raises SendError."""
        plain = [(name, words.removeprefix(f"【{self._sign_name}】")) for name, words in texts]
        return compared(list(listed(self._client)), plain)

    def health(self) -> None:
        """Whether the key is good and the signature approved. Raises SendError."""
        try:
            answer = self._client.query_sms_sign_list_with_options(
                QuerySmsSignListRequest(page_index=1, page_size=PAGE_ROWS), options()
            ).body
            refuse_unless_ok(answer)
        except Exception as error:
            raise classified(error) from error
        approved = [
            sign.sign_name for sign in answer.sms_sign_list or [] if sign.audit_status == "AUDIT_STATE_PASS"
        ]
        if self._sign_name not in approved:
            raise SendError(SendFailure.ACCOUNT, "isv.SMS_SIGNATURE_ILLEGAL")


def _not_older(detail: Any, since: datetime | None) -> bool:
    sent_at = shanghai_time(detail.send_date)
    return since is None or sent_at is None or sent_at >= since - CLOCKS_APART
