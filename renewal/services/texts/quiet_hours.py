"""When texts that nobody asked for may go out: in the daytime of Shanghai (docs/delivery.md)."""

from datetime import datetime, timedelta

from renewal.settings import SHANGHAI, Settings


def next_daytime(settings: Settings, at: datetime) -> datetime:
    """`at` itself where it lies in the hours for notices, else the moment when they next begin."""
    from_hour, until_hour = settings.notice_hours
    local = at.astimezone(SHANGHAI)
    if from_hour <= local.hour < until_hour:
        return at
    begins = local.replace(hour=from_hour, minute=0, second=0, microsecond=0)
    return (begins if local < begins else begins + timedelta(days=1)).astimezone(at.tzinfo)
