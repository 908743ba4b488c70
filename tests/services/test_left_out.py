"""A notice that was left without a text gets one by a later night, once its number works or it is so again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from renewal.domain import Field
from renewal.services.app import Services
from renewal.services.jobs import SEND_NOTICE_BATCH
from renewal.services.night.nightly import run_night
from renewal.services.renewals.notices import compose_next
from renewal.services.talks import inbound
from renewal.services.texts.provider import InboundText
from renewal.services.texts.suppression import suppress
from renewal.store.models import Delivery, Holder, Notice, NoticeBatch
from tests.services import city

DAY = timedelta(days=1)
TOLD_ON_TIME = 9 * DAY


def _word(services: Services) -> list[str]:
    """Put into words what is open, as the worker does; the kinds of all notices that have a text."""
    with services.store.read() as session:
        batches = session.scalars(select(NoticeBatch.id).where(NoticeBatch.composed_at.is_(None))).all()
    for batch_id in batches:
        while compose_next(services, batch_id, 50):
            pass
    with services.store.read() as session:
        return list(session.scalars(select(Notice.kind).join(Delivery, Delivery.notice_id == Notice.id)))


def _call_bad(services: Services) -> None:
    with services.store.session() as session:
        for holder in session.scalars(select(Holder)):
            holder.phone_ok = False
            suppress(session, holder.phone_hash, "bad_number", services.now())


def _night(services: Services) -> list[str]:
    run_night(services, services.today())
    return _word(services)


def _expiring(services: Services, ends_on: date) -> int:
    (permit_id,) = city.add(services, [city.differing(services, ends_on, Field.PHONE)])
    return permit_id


def _write(services: Services) -> None:
    """A text comes in from the holder's number."""
    with services.store.read() as session:
        phone = session.scalars(select(Holder.phone)).one()
    text = InboundText(provider="simulator", provider_ref="r1", phone=phone, body="还能续签吗")
    inbound.receive(services, text, services.now())


def _change_number(services: Services) -> None:
    """As a file of holders does."""
    phone = "+8619900009999"
    with services.store.session() as session:
        hashed = services.store.phone_hash(phone)
        session.execute(update(Holder).values(phone=phone, phone_hash=hashed, phone_ok=True))


@pytest.mark.parametrize("proved", [_write, _change_number])
def test_whose_number_works_since_is_told_by_the_next_night_and_once(services, on, proved) -> None:
    _expiring(services, services.today() + TOLD_ON_TIME)
    _call_bad(services)
    assert _night(services) == []
    assert _night(services) == [], "while the number is bad there is nothing to send"
    proved(services)
    tomorrow = on(services.today() + DAY)
    assert _night(tomorrow) == ["failure"]
    with services.store.read() as session:
        assert session.scalars(select(Delivery.state)).all() == ["pending"]
        assert len(services.jobs.live(session, SEND_NOTICE_BATCH)) == 2
    assert _night(tomorrow) == ["failure"]
    with services.store.read() as session:
        assert len(services.jobs.live(session, SEND_NOTICE_BATCH)) == 2, "nothing is left out any more"


def test_a_failure_that_was_doubtful_when_it_was_put_into_words_is_told_once_it_is_so_again(
    services, on
) -> None:
    permit_id = _expiring(services, services.today() + TOLD_ON_TIME)
    run_night(services, services.today())
    city.forget(services, permit_id, Field.PHONE)
    assert _night(services) == [], "it waits for data"
    city.learn(services, permit_id, Field.PHONE, "other", services.today())
    assert _night(on(services.today() + DAY)) == ["failure"]


def test_after_the_day_of_expiry_nobody_is_told_of_the_days_before(services, on) -> None:
    _expiring(services, services.today() + DAY)
    _call_bad(services)
    assert _night(services) == []
    _change_number(services)
    assert _night(on(services.today() + 2 * DAY)) == []
