"""Which of our texts Alibaba has approved a template for: what stands in its own list, beside our samples."""

from collections.abc import Iterator, Sequence
from typing import Any

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySmsTemplateListRequest

from renewal.services.texts.provider import Approval, ApprovalState
from sms_gateway.providers.alibaba.client import classified, options, refuse_unless_ok
from sms_gateway.providers.alibaba.templates import ApprovedTemplate

PAGE_ROWS, MOST_PAGES = 50, 40
AUDIT = {"AUDIT_STATE_PASS": ApprovalState.READY, "AUDIT_STATE_INIT": ApprovalState.WAITING}


def listed(client: Client) -> Iterator[Any]:
    """Every template of the account, newest first. Raises SendError."""
    for page in range(1, MOST_PAGES + 1):
        request = QuerySmsTemplateListRequest(page_index=page, page_size=PAGE_ROWS)
        try:
            answer = client.query_sms_template_list_with_options(request, options()).body
            refuse_unless_ok(answer)
        except Exception as error:
            raise classified(error) from error
        rows = answer.sms_template_list or []
        yield from rows
        if len(rows) < PAGE_ROWS:
            return


def compared(rows: Sequence[Any], texts: Sequence[tuple[str, str]]) -> list[Approval]:
    """What Alibaba's list says of each text (name and words, without the signature).

    A template belongs to the text after which it is named (a second one has more behind a blank: `notice.failure 2`),
    else to those that it says word for word.
    """
    names = {name for name, _ in texts}
    return [approval for name, words in texts for approval in _of(name, words, rows, names)]


def _of(name: str, words: str, rows: Sequence[Any], names: set[str]) -> list[Approval]:
    found = []
    for row in rows:
        named = str(row.template_name or "").partition(" ")[0]
        says = ApprovedTemplate(code="", words=str(row.template_content)).values_in(words) is not None
        if named == name or (says and named not in names):
            found.append(_approval(name, row, says=says))
    if any(approval.state is not ApprovalState.OTHER_WORDS for approval in found):
        return found
    return [*found, Approval(name=name, state=ApprovalState.MISSING)]


def _approval(name: str, row: Any, *, says: bool) -> Approval:
    state = AUDIT.get(str(row.audit_status), ApprovalState.REFUSED)
    if state is ApprovalState.READY and not says:
        state = ApprovalState.OTHER_WORDS
    why = str((row.reason and row.reason.reject_info) or "") if state is ApprovalState.REFUSED else ""
    return Approval(
        name=name, state=state, code=str(row.template_code), words=str(row.template_content), why=why
    )
