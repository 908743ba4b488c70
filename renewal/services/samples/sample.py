"""Sample holders and centres: plainly generated, every category, mismatch and day covered, for trying things out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from renewal.domain import Category, Field, Rulebook, fresh_since
from renewal.domain.errors import RenewalError
from renewal.language.records import DISTRICTS, comparable, name_searched
from renewal.rulebook import load_rulebook
from renewal.services.app import Services
from renewal.services.samples.sample_plan import SamplePermit, permits_for, sample_plan
from renewal.settings import SHANGHAI
from renewal.store import Store
from renewal.store.models import BureauFact, Centre, Holder, Permit, Record

USUAL_SEED, USUAL_COUNT = 20, 200
CENTRE_HOURS = "周一至周五 09:00-11:30 13:30-16:30; 周六 09:00-11:30"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 秀英 桂英 建华 玉兰 志强 秀兰 海燕".split()
TRADES = "餐饮 物流 软件 服装 建筑 家政 印刷 机械 食品 广告".split()
SOURCES = {
    Field.ADDRESS: "police",
    Field.EMPLOYMENT: "social_insurance",
    Field.PHONE: "police",
    Field.SPONSOR: "civil_affairs",
    Field.MARRIAGE: "civil_affairs",
    Field.ENROLMENT: "education",
}
USUAL_WORDS = {Field.SPONSOR: "alive", Field.MARRIAGE: "married", Field.ENROLMENT: "enrolled"}
CHANGED_WORDS = {Field.SPONSOR: "deceased", Field.MARRIAGE: "divorced", Field.ENROLMENT: "left"}


class RealHolders(RenewalError):
    """The store is one of real holders, among whom sample holders have no place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """How many sample holders a call made, and how many were there before and were left as they are."""

    made: int
    kept: int


def make_sample(store: Store, *, seed: int, count: int = USUAL_COUNT, today: date) -> SampleSummary:
    """Make the sample holders SAMPLE-0001 to SAMPLE-`count`, and a centre a district, that are not there yet.

    The same seed and day make the same people with the same facts. A permit that exists is left alone, so
    a second call changes nothing.

    Raises:
        ValueError: `count` is not within 1 and 9999.
    """
    plan = sample_plan(seed, count)
    with store.session() as session:
        known = set(session.scalars(select(Permit.number).where(Permit.number.in_([c.number for c in plan]))))
        wanted = [each for each in plan if each.number not in known]
        _add(session, store, wanted, seed, today)
    return SampleSummary(made=len(wanted), kept=len(known))


def load_sample(services: Services, *, seed: int, count: int) -> SampleSummary:
    """Make sample holders in this store.

    Raises:
        RealHolders: the store is that of a service in production.
    """
    if services.settings.environment == "production":
        raise RealHolders("这是生产环境的库，里面是真的持证人：样例持证人只能放进开发环境的库")
    return make_sample(services.store, seed=seed, count=count, today=services.today())


def load_sample_once(services: Services) -> int:
    """Make the usual sample in a store that has no holder at all; returns how many holders it made.

    Raises:
        RealHolders: as `load_sample`.
    """
    with services.store.read() as session:
        if session.scalar(select(func.count()).select_from(Holder)):
            return 0
    return load_sample(services, seed=USUAL_SEED, count=USUAL_COUNT).made


def _add_centres(session: Session, at: datetime) -> None:
    """One centre a district, where it is not there yet."""
    known = set(session.scalars(select(Centre.code)))
    session.add_all(
        Centre(
            code=code,
            name=f"样例{district.removesuffix('区').removesuffix('新')}社区事务受理服务中心",
            district=district,
            address=f"{district}样例路{number * 10}号",
            phone=f"021-6000{number:04d}",
            hours=CENTRE_HOURS,
            slot_minutes=30,
            capacity=2,
            updated_at=at,
        )
        for number, district in enumerate(DISTRICTS, start=1)
        if (code := f"SAMPLE-{number:02d}") not in known
    )


def find_sample(
    session: Session, *, mismatch: Field | None, situation: str, today: date, other: bool = False
) -> Permit | None:
    """The sample permit that shows a situation best on `today`, its holder loaded, or None.

    `situation` is "failure" (with `mismatch`, its only one), "renewed", "no_result" or "overdue". A sample
    that was made days ago still serves: the nearest to what a fresh one would be is taken. With `other` it is
    that of another holder, who is in no other situation.

    Raises:
        ValueError: no such situation.
    """
    wanted = permits_for(situation, mismatch)
    found = session.scalars(
        select(Permit)
        .join(Permit.holder)
        .options(joinedload(Permit.holder))
        .where(Permit.number.in_(wanted.numbers), Holder.origin == "sample")
    )
    fitting = [permit for permit in found if (permit.expires_on < today) == wanted.expired]
    ideal_on = today + timedelta(days=wanted.ideal_days)
    nearest = sorted(fitting, key=lambda permit: (abs(permit.expires_on - ideal_on), permit.number))
    return next(iter(nearest[int(other) :]), None)


def _add(session: Session, store: Store, wanted: list[SamplePermit], seed: int, today: date) -> None:
    if not wanted:
        return
    rules = load_rulebook()
    people = [_Person(plan, seed, store, today, rules) for plan in wanted]
    created_at = datetime.combine(today, time(), SHANGHAI)
    _add_centres(session, created_at)
    holders = [person.holder(created_at) for person in people]
    session.add_all(holders)
    session.flush()
    permits = [
        Permit(number=person.plan.number, holder_id=holder.id, expires_on=person.expires_on)
        for person, holder in zip(people, holders, strict=True)
    ]
    session.add_all(permits)
    session.flush()
    facts: list[dict[str, object]] = []
    for person, permit in zip(people, permits, strict=True):
        session.add(Record(permit_id=permit.id, **person.on_file()))
        facts += [{"permit_id": permit.id, **row} for row in person.facts()]
    session.execute(insert(BureauFact), facts)


class _Person:
    """One planned permit and its holder, made flesh from a seed: the same seed and number give the same person."""

    def __init__(self, plan: SamplePermit, seed: int, store: Store, today: date, rules: Rulebook) -> None:
        self.plan = plan
        self.expires_on = today + timedelta(days=plan.expires_in_days)
        self._store, self._today = store, today
        self._since_on = fresh_since(self.expires_on, rules)
        self._random = Random(f"{seed}/{plan.number}")  # noqa: S311 nothing here is secret
        self._name = self._random.choice(SURNAMES) + self._random.choice(GIVEN)
        self._district = self._random.choice(DISTRICTS)
        self._on_file = {field: self._usual(field) for field in plan.fields}
        self._elsewhere = {field: self._changed(field) for field in plan.fields}
        self._as_of_on = {field: self._told(field) for field in plan.fields}

    def holder(self, created_at: datetime) -> Holder:
        phone = _phone(self.plan.index)
        return Holder(
            name=self._name,
            name_hash=self._store.name_hash(name_searched(self._name)),
            phone=phone,
            phone_hash=self._store.phone_hash(phone),
            category=self.plan.category,
            district=self._district,
            origin="sample",
            created_at=created_at,
        )

    def on_file(self) -> dict[str, str]:
        """What is on file, in its stored form, by field."""
        return {field.value: comparable(field, text, self._store) for field, text in self._on_file.items()}

    def facts(self) -> list[dict[str, object]]:
        """What the bureaus say: the same, except where a mismatch is planned, and nothing where it waits."""
        return [
            {
                "field": field,
                "value": comparable(
                    field,
                    (self._elsewhere if field in self.plan.mismatched else self._on_file)[field],
                    self._store,
                ),
                "as_of_on": self._as_of_on[field],
                "source": SOURCES[field],
            }
            for field in self.plan.fields
            if field not in self.plan.missing
        ]

    def _told(self, field: Field) -> date:
        """Some days ago, but not before the window opened, unless it is planned stale: from before the window."""
        told_on = self._today - timedelta(days=self._random.randint(1, 14))
        if field in self.plan.stale:
            return self._since_on - timedelta(days=self._random.randint(1, 60))
        return max(told_on, self._since_on) if self._since_on <= self._today else told_on

    def _usual(self, field: Field) -> str:
        if field is Field.PHONE:
            return _phone(self.plan.index)
        if field is Field.ADDRESS:
            return self._address("样例路")
        if field is Field.EMPLOYMENT:
            return self._employer(1)
        return USUAL_WORDS[field]

    def _changed(self, field: Field) -> str:
        if field is Field.PHONE:
            return _phone(self.plan.index, moved=True)
        if field is Field.ADDRESS:
            return self._address("新样例路")
        if field is Field.EMPLOYMENT:
            return self._employer(2)
        return CHANGED_WORDS[field]

    def _address(self, road: str) -> str:
        lane, house, room = (self._random.randint(1, most) for most in (900, 60, 20))
        return f"上海市{self._district}{road}{lane}弄{house}号{room}01室"

    def _employer(self, branch: int) -> str:
        if self.plan.category in {Category.DEPENDANT, Category.SCHOOLING} and branch == 1:
            return "无"
        return f"上海样例{self._random.choice(TRADES)}第{branch}有限公司"


def _phone(index: int, *, moved: bool = False) -> str:
    """A number of a shape that is valid and plainly nobody's: +86 199 0000 and the index."""
    return f"+86199{'0001' if moved else '0000'}{index:04d}"
