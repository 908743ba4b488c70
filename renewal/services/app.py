"""What a process opens once, at its door, and hands to every service."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from renewal.dialogue.ground import Ground
from renewal.domain.rules import Rulebook
from renewal.rulebook import load_rulebook
from renewal.services.calendar import PublishedCalendar
from renewal.services.jobs import Jobs
from renewal.settings import Settings
from renewal.store import Store, StoreUnavailable
from renewal.wording import Wording, load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Settings, store, rules, wording and the job queue of one process."""

    settings: Settings
    store: Store
    rulebook: Rulebook
    wording: Wording
    jobs: Jobs

    def today(self) -> date:
        """The current day in Shanghai, or the one that the settings fix."""
        return self.settings.current_day()

    def ground(self) -> Ground:
        """What every answer stands on today: rules, words, calendar."""
        return Ground(
            rules=self.rulebook, wording=self.wording, calendar=PublishedCalendar(), today=self.today()
        )

    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        return datetime.now(UTC)


def open_services(settings: Settings) -> Services:
    """Open the store and read rules and wording.

    Raises:
        RenewalError: a key is missing or not the store's, or the rulebook or the wording is malformed.
    """
    rulebook = load_rulebook()
    wording = load_wording(rulebook)
    store = Store.open(settings)
    try:
        with suppress(StoreUnavailable):  # then its keys are compared at the first use
            store.ping()
    except BaseException:
        store.close()
        raise
    return Services(settings=settings, store=store, rulebook=rulebook, wording=wording, jobs=Jobs(store))


@contextmanager
def services_on(settings: Settings) -> Iterator[Services]:
    """What `open_services` opens, with the store closed however the block ends."""
    services = open_services(settings)
    try:
        yield services
    finally:
        services.store.close()
