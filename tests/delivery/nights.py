"""Notices to send: permits that a night renews, put on file and decided."""

from datetime import timedelta

from sqlalchemy import select

from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.services.night.nightly import run_night
from renewal.store.models import Holder, Permit
from tests.delivery.world import World
from tests.loaded import RULES, WORDING
from tests.services import city


def run_a_night(world: World, number: int) -> list[str]:
    """Add so many permits, decide them, put their notices on the queue; the holders' phones."""
    services = Services(
        settings=world.settings, store=world.store, rulebook=RULES, wording=WORDING, jobs=Jobs(world.store)
    )
    today = services.today()
    days = [today + timedelta(days=day % 30) for day in range(number)]
    ids = city.add(services, [city.matching(services, day) for day in days])
    run_night(services, today)
    with world.store.read() as session:
        query = select(Holder.phone).join(Permit, Permit.holder_id == Holder.id).where(Permit.id.in_(ids))
        return list(session.scalars(query))
