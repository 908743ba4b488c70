"""How long the providers' calls take and what comes of them, counted over all workers; no phone and no word in it."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from renewal.store import Store
from renewal.store.models import ProviderCalls

TAKEN = "taken"  # else the class of the refusal, a SendFailure
BOUNDS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
ENDLESS_S = 1e9  # of the calls that took longer than any bound

Key = tuple[str, str, float]  # provider, outcome, the bound below which it took


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """So many calls of a provider with one outcome took at most `up_to_s` and more than the next lower bound."""

    provider: str
    outcome: str
    up_to_s: float
    calls: int
    seconds: float


class CallCounts:
    """Counts of one process, given to the store now and then. What it counted since is lost where it is killed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[Key, tuple[int, float]] = defaultdict(lambda: (0, 0.0))

    def note(self, provider: str, outcome: str, seconds: float) -> None:
        """Count one call."""
        up_to_s = next((bound for bound in BOUNDS_S if seconds <= bound), ENDLESS_S)
        with self._lock:
            calls, so_far = self._counts[provider, outcome, up_to_s]
            self._counts[provider, outcome, up_to_s] = (calls + 1, so_far + seconds)

    def hand_in(self, store: Store) -> None:
        """Add what was counted since the last time to the store's counts; kept here where the store is away."""
        with self._lock:
            counted, self._counts = self._counts, defaultdict(lambda: (0, 0.0))
        if not counted:
            return
        try:
            _add(store, counted)
        except Exception:
            with self._lock:
                for key, (calls, seconds) in counted.items():
                    more_calls, more_seconds = self._counts[key]
                    self._counts[key] = (calls + more_calls, seconds + more_seconds)
            raise


def counted(store: Store) -> Sequence[Calls]:
    """All calls that were ever handed in."""
    with store.read() as session:
        rows = session.scalars(
            select(ProviderCalls).order_by(
                ProviderCalls.provider, ProviderCalls.outcome, ProviderCalls.up_to_s
            )
        )
        return [
            Calls(
                provider=row.provider,
                outcome=row.outcome,
                up_to_s=row.up_to_s,
                calls=row.calls,
                seconds=row.seconds,
            )
            for row in rows
        ]


def _add(store: Store, counted: dict[Key, tuple[int, float]]) -> None:
    insert = postgresql.insert if store.engine.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"provider": provider, "outcome": outcome, "up_to_s": up_to_s, "calls": calls, "seconds": seconds}
        for (provider, outcome, up_to_s), (calls, seconds) in sorted(counted.items())
    ]
    new = insert(ProviderCalls)
    more = {name: getattr(ProviderCalls, name) + new.excluded[name] for name in ("calls", "seconds")}
    key = (ProviderCalls.provider, ProviderCalls.outcome, ProviderCalls.up_to_s)
    with store.session() as session:
        session.execute(new.on_conflict_do_update(index_elements=key, set_=more), rows)
