"""The feeds: what each bureau tells of a permit, and what visitors found."""

from collections.abc import Sequence

from renewal.domain import Field, VisitFinding
from renewal.services.importing.cells import (
    FINDING_WORDS,
    NO,
    WAY_WORDS,
    YES,
    YES_WORDS,
    Reading,
    one_word,
    past_day,
    person_name,
    value_of,
)
from renewal.services.importing.errors import BadRow
from renewal.services.importing.holder_kind import PERMIT_NO
from renewal.services.importing.kinds import Column, Kind, Stage, stronger_than
from renewal.store import loading_facts, loading_visits
from renewal.store.loading_facts import Source

AS_OF_ON = Column(name="as_of_on", chinese=("截至日", "日期"), read=past_day)


def _fact_kind(name: str, chinese: tuple[str, ...], source: str, *told: tuple[Field, Column]) -> Kind:
    """A feed of one or two fields; a row must tell of at least one of them."""
    columns = tuple(column for _, column in told)
    return Kind(
        name=name,
        chinese=chinese,
        columns=(PERMIT_NO, *columns, AS_OF_ON),
        key=("permit_no", "as_of_on"),
        staged_in=loading_facts.STAGED,
        stage=_stage_facts("、".join(column.name for column in columns)),
        source=Source(name=source, fields=tuple(field for field, _ in told), stronger=stronger_than(source)),
    )


def _stage_facts(told: str) -> Stage:
    def stage(cells: Sequence[str], _reading: Reading) -> tuple[str, ...]:
        number, *values, as_of_on = cells
        if not any(values):
            raise BadRow(told, "nothing_told")
        return (number, as_of_on, values[0], values[1] if len(values) > 1 else "")

    return stage


def _stage_visit(cells: Sequence[str], reading: Reading) -> tuple[str, ...]:
    number, visited_on, way, finding, renewed, visitor = cells
    if renewed == YES and finding != VisitFinding.CONFIRMED:
        raise BadRow("renewed", "renewed_unconfirmed")
    return (number, visited_on, way, finding, renewed or NO, visitor and reading.keys.visitor_hash(visitor))


def _told(
    name: str, chinese: tuple[str, ...], field: Field, *, required: bool = False
) -> tuple[Field, Column]:
    return field, Column(name=name, chinese=chinese, read=value_of(field), required=required)


_EMPLOYER = _told("employer", ("单位", "工作单位"), Field.EMPLOYMENT, required=True)
RESIDENCE = _fact_kind(
    "residence",
    ("实有人口", "公安"),
    "police",
    _told("address", ("居住地址", "地址"), Field.ADDRESS),
    _told("phone", ("联系电话", "电话", "手机"), Field.PHONE),
)
EMPLOYMENT = _fact_kind("employment", ("人社",), "hrss", _EMPLOYER)
INSURANCE = _fact_kind("insurance", ("社保",), "social_insurance", _EMPLOYER)
CIVIL = _fact_kind(
    "civil",
    ("民政",),
    "civil_affairs",
    _told("sponsor", ("投靠人", "投靠人健在"), Field.SPONSOR),
    _told("marriage", ("婚姻", "婚姻状况"), Field.MARRIAGE),
)
SCHOOLING = _fact_kind(
    "schooling",
    ("就读", "教育"),
    "education",
    _told("enrolment", ("就读", "学籍"), Field.ENROLMENT, required=True),
)
VISITS = Kind(
    name="visits",
    chinese=("走访",),
    columns=(
        PERMIT_NO,
        Column(name="visited_on", chinese=("走访日", "日期"), read=past_day),
        Column(name="way", chinese=("方式",), read=one_word(WAY_WORDS)),
        Column(name="finding", chinese=("结果",), read=one_word(FINDING_WORDS)),
        Column(name="renewed", chinese=("当场续签",), read=one_word(YES_WORDS), required=False),
        Column(name="visitor", chinese=("走访人",), read=person_name, required=False),
    ),
    key=("permit_no", "visited_on", "way"),
    staged_in=loading_visits.STAGED,
    stage=_stage_visit,
)
FEEDS = (VISITS, EMPLOYMENT, INSURANCE, CIVIL, SCHOOLING, RESIDENCE)
