"""The one detail more that a callback needs where its topic calls for it: the expiry day, or the kind of home."""

from actions.reading import is_question, wants_to_stop
from actions.turn import Event, Result, Turn, fill, step_aside, then
from renewal.services.answers import say
from renewal.services.app import Services
from renewal.services.leads import check_day
from renewal.services.status import holder_is_known

FORM = "callback_form"
DAY, HOME = "permit_expires_on", "housing"
SUBMIT = "action_submit_callback"
# Of these topics staff ask the detail first thing; a topic that is not here needs none.
WANTED = {
    **dict.fromkeys("renewal_window overdue continuity_years no_sms my_status auto_failed".split(), DAY),
    **dict.fromkeys("materials materials_housing address_unchanged".split(), HOME),
}
KEYS = {
    DAY: ("lead.ask_expires_on", "lead.bad_day", "lead.bad_day_again"),
    HOME: ("lead.ask_housing", "lead.bad_housing", "lead.bad_housing_again"),
}
MISSES_BEFORE_GOING_ON = 2


def still_wanted(services: Services, turn: Turn) -> str:
    """The slot to ask for besides name, number and topic; empty where the topic needs none or it is known."""
    wanted = WANTED.get(turn.intent, "")
    if wanted == DAY and (turn.slot(DAY) or holder_is_known(services, turn.conversation_id)):
        return ""
    if wanted == DAY and check_day(turn.text, services.today()):
        return ""
    return "" if wanted == HOME and (turn.slot(HOME) or turn.entities.get(HOME)) else wanted


def given(services: Services, turn: Turn) -> dict[str, str]:
    """The detail that a text gives unasked."""
    day = check_day(turn.text, services.today()) if WANTED.get(turn.intent) == DAY else None
    return {DAY: day.isoformat()} if day else {}


def take(services: Services, turn: Turn) -> Result:
    """Take the answer to the question for the detail; after two that cannot be read, go on without it."""
    if wants_to_stop(turn):
        return Result(events=(step_aside(FORM), then("action_cancel_form")))
    day = check_day(turn.text, services.today()) if turn.requested == DAY else None
    home = next(iter(turn.entities.get(HOME, ())), None) if turn.requested == HOME else None
    if day or home:
        return Result(events=_done(**({DAY: day.isoformat()} if day else {HOME: home})))
    if is_question(turn):
        return Result(events=(step_aside(FORM),))
    misses = turn.misses + 1
    if misses >= MISSES_BEFORE_GOING_ON:
        return Result(events=_done())
    return Result(events=fill(form_misses=misses, requested_slot=turn.requested))


def ask(slot: str, services: Services, turn: Turn) -> Result:
    """Ask for the detail, the more helpfully the more often the answer could not be read."""
    return Result(messages=say(services, turn.conversation_id, KEYS[slot][min(turn.misses, 2)]))


def _done(**slots: str | None) -> tuple[Event, ...]:
    return (*fill(**slots, form_misses=0, requested_slot=None), then(SUBMIT))
