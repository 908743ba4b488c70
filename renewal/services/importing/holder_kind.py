"""The file of holders: one row a permit."""

from collections.abc import Sequence

from renewal.domain import Field
from renewal.language.records import name_searched
from renewal.services.importing.cells import (
    CATEGORIES,
    Reading,
    day,
    district,
    enrolled,
    one_word,
    permit_no,
    person_name,
    phone,
    value_of,
)
from renewal.services.importing.kinds import Column, Kind
from renewal.store import loading_holders
from renewal.store.models import Holder
from renewal.store.types import place_of

NAME_PLACE, PHONE_PLACE = place_of(Holder.name), place_of(Holder.phone)
PERMIT_NO = Column(name="permit_no", chinese=("居住证号", "证号"), read=permit_no)


def _stage(cells: Sequence[str], reading: Reading) -> tuple[str, ...]:
    """The row hash covers what the row means, not how it is written."""
    number, name, e164, category, where, expires_on, address, employer, sponsor, marriage, enrolment = cells
    keys = reading.keys
    return (
        number,
        keys.encrypt(name, NAME_PLACE),
        keys.name_hash(name_searched(name)),
        keys.encrypt(e164, PHONE_PLACE),
        keys.phone_hash(e164),
        category,
        where,
        expires_on,
        keys.row_hash("\0".join(cells)),
        address,
        employer,
        keys.value_hash(e164),
        sponsor,
        marriage,
        enrolment,
    )


HOLDERS = Kind(
    name="holders",
    chinese=("持证人",),
    columns=(
        PERMIT_NO,
        Column(name="name", chinese=("姓名",), read=person_name),
        Column(name="phone", chinese=("联系电话", "电话", "手机"), read=phone),
        Column(name="category", chinese=("类别",), read=one_word(CATEGORIES)),
        Column(name="district", chinese=("区", "所在区"), read=district),
        Column(name="expires_on", chinese=("到期日", "有效期至"), read=day),
        Column(name="address", chinese=("居住地址", "地址"), read=value_of(Field.ADDRESS), required=False),
        Column(
            name="employer", chinese=("单位", "工作单位"), read=value_of(Field.EMPLOYMENT), required=False
        ),
        Column(name="sponsor", chinese=("投靠人",), read=value_of(Field.SPONSOR), required=False),
        Column(name="marriage", chinese=("婚姻", "婚姻状况"), read=value_of(Field.MARRIAGE), required=False),
        Column(name="school", chinese=("学校", "就读学校"), read=enrolled, required=False),
    ),
    key=("permit_no",),
    staged_in=loading_holders.STAGED,
    stage=_stage,
)
