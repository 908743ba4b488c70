"""The appointment form: a centre, then a time; what is wished in one text needs no question."""

from datetime import date

from renewal.dialogue.forms.appointment_moving import asks_of_its_own, moves_it
from renewal.dialogue.forms.appointment_none import how_to_cancel, none_to_cancel
from renewal.dialogue.forms.appointment_purpose import (
    MOVE,
    TOPIC,
    asks_of_it,
    calls_off,
    is_for,
    is_taken_for_one,
    moves,
    tried_as,
)
from renewal.dialogue.forms.appointment_unknown import ask_who
from renewal.dialogue.forms.commands import (
    AskCentre,
    AskSlot,
    BookSlot,
    CancelSlot,
    CompareFirst,
    FindSlots,
    Found,
    Question,
    Reply,
    TellAppointment,
    TryAnswer,
)
from renewal.dialogue.forms.commands import Booking as Came
from renewal.dialogue.forms.engine import Form, Taken, Wish, say
from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.outlook import Booked, CentreChoice, named_centre
from renewal.dialogue.forms.reading import asks_again, is_sure, wants_to_stop
from renewal.dialogue.forms.slot_search import (
    BARRED,
    CENTRE,
    EMPTY,
    OFFERED,
    SLOT,
    TAKEN,
    Search,
    book,
    booked,
    choose_centre,
    find,
    finish,
    found,
    keep_wish,
    part,
)
from renewal.dialogue.forms.step import Follow, Step, ask
from renewal.dialogue.forms.turn import Turn
from renewal.language.appointments.denials import Denied
from renewal.language.appointments.places import named_district, without_centre
from renewal.language.appointments.purposes import (
    asks_for_one,
    asks_to_cancel,
    books_for_another,
    only_cannot_come,
    says_more,
    speaks_of_it,
)
from renewal.language.appointments.wishes import Wish as WishedTime
from renewal.language.appointments.wishes import read_place
from renewal.language.calling import wants_call
from renewal.language.stopping import says_stop

FOR_ANOTHER = say("appointment.for_another")


def resume(turn: Turn, known: Known, command: Question, came: Reply) -> Step:
    """How it goes on from what a command came to."""
    search = Search.of(turn, known)
    match command, came:
        case FindSlots(), Found():
            return found(search, command, came)
        case BookSlot(), Came():
            return booked(search, command, came)
        case CompareFirst(), barred:
            return finish(**{OFFERED: {"note": BARRED}}) if barred else _first_question(search)
        case _, answered:
            return finish() if answered else _open(turn, known)


def _begin(turn: Turn, known: Known) -> Step:
    """The form opens, unless only a guess of the model speaks for it and the text may be about something else."""
    rather = tried_as(turn, known)
    return _open(turn, known) if rather is None else Step(does=(TryAnswer(said=rather, topic=TOPIC),))


def _open(turn: Turn, known: Known) -> Step:
    """On an appointment that stands, to tell, move or cancel it; else to ask for one."""
    search = Search.of(turn, known)
    if not known.outlook.known:
        return ask_who(turn, known)
    if books_for_another(turn.text):
        return finish(FOR_ANOTHER)
    if known.outlook.booked is not None:
        return _again(search, known.outlook.booked)
    if calls_off(turn) or asks_to_cancel(turn.text):
        return finish(none_to_cancel(known) if calls_off(turn) else how_to_cancel(known))
    if asks_of_it(turn) or (is_for(turn, MOVE) and not asks_for_one(turn.text)):
        return finish(TellAppointment(booked=None))
    return Step(does=(CompareFirst(),))


def _first_question(search: Search) -> Step:
    text = search.turn.text
    named = named_centre(text, search.outlook, ())
    if named is not None:
        return find(search, named, search.wish())
    return choose_centre(search, district=named_district(text))


def _again(search: Search, standing: Booked) -> Step:
    """An appointment stands: another time or place moves it, all else is told of it."""
    text, wish = search.turn.text, search.wish()
    moving = moves(search.turn) or moves_it(search.turn, search.today)
    if calls_off(search.turn) and not moving:
        return _cancelled()
    named, district = named_centre(text, search.outlook, ()), named_district(text)
    told = asks_of_it(search.turn)
    if not (moving or wish.says_when or ((named or district) and not told)):
        return finish(TellAppointment(booked=standing))
    if wish.others:  # what stands is none of them
        slot = standing.slot
        wish = WishedTime(denied=(Denied(first_on=slot.day, last_on=slot.day, at=slot.starts),))
    if wish.is_empty and (named or district):
        slot = standing.slot  # another centre at the same time
        wish = WishedTime(first_on=slot.day, last_on=slot.day, at=slot.starts)
    here = (centre for centre in search.outlook.all_centres if centre.id == standing.slot.centre_id)
    centre = named or next(here, None)
    if named is None and district and (centre is None or centre.district != district):
        return choose_centre(search, district=district, wish=wish)
    return choose_centre(search) if centre is None else find(search, centre, wish)


def _read(turn: Turn, known: Known) -> Taken:
    """What the text comes to; where it is for the form itself, `given` is the step."""
    search = Search.of(turn, known)
    if not known.outlook.known:
        return _given(ask_who(turn, known))
    if books_for_another(turn.text):
        return Taken(wish=Wish.AGAIN, says=(FOR_ANOTHER,))
    return _to_centre(search) if turn.requested == CENTRE else _to_slot(search)


def _to_centre(search: Search) -> Taken:
    """An answer to the question which centre."""
    text = search.turn.text
    named = named_centre(text, search.outlook, search.centres)
    if named is not None and (read_place(text) is not None or _names_only(search, named)):
        return _given(find(search, named, search.first_wish()))
    left = _left(search)
    if left is not None:
        return left
    if asks_of_its_own(search.turn) and says_more(text, search.today):
        return Taken(wish=Wish.QUESTION)
    district = named_district(text)
    if district:
        return _given(choose_centre(search, district=district))
    return _given(keep_wish(search)) if search.wish().says_when else _aside(search)


def _to_slot(search: Search) -> Taken:
    """An answer to the question which time: one of the offers, another time, or another centre."""
    text, wish = search.turn.text, search.wish()
    if wish.choice is not None and search.centre is not None:
        if wish.choice > len(search.slots):
            return Taken(wish=Wish.MISS)
        place = wish.choice - 1 if wish.choice > 0 else -1
        return _given(book(search, search.centre, search.slots[place]))
    only_denies = bool(wish.denied) and only_cannot_come(text)  # "周三去不了" is of one time
    left = None if only_denies or (wish.others and not calls_off(search.turn)) else _left(search)
    return left or _another_time(search, wish)


def _another_time(search: Search, wish: WishedTime) -> Taken:
    """A time that was not offered, another centre, or what is neither."""
    text = search.turn.text
    named, district = named_centre(text, search.outlook, ()), named_district(text)
    only_named = named is not None and _names_only(search, named)
    if not only_named and asks_of_its_own(search.turn) and says_more(text, search.today):
        return Taken(wish=Wish.QUESTION)
    if named is None and district and (search.centre is None or search.centre.district != district):
        return _given(choose_centre(search, district=district))
    centre = named or search.centre
    if centre is not None and (named or not wish.is_empty):
        return _given(find(search, centre, search.first_wish() if wish.is_empty else wish))
    return _aside(search)


def _names_only(search: Search, named: CentreChoice) -> bool:
    """Whether a text that names a centre says no more, or nothing that would be asked of it."""
    rest = without_centre(search.turn.text, named.name, named.district)
    return not asks_of_its_own(search.turn) or not says_more(rest, search.today)


def _left(search: Search) -> Taken | None:
    """Out of the form; None where the text stays in."""
    turn = search.turn
    if wants_call(turn.text):
        return Taken(wish=Wish.PERSON)
    only_a_time = bool(search.wish().denied) and not speaks_of_it(turn.text)  # "周三来不了" wants another
    off = calls_off(turn) and not only_a_time
    if off and search.outlook.booked is not None:
        return _given(_cancelled())
    stops = says_stop(turn.text) or off or (wants_to_stop(turn) and not only_a_time)
    return Taken(wish=Wish.STOP) if stops else None


def _aside(search: Search) -> Taken:
    """What to do with a text that is no answer: a person, a reason, an answer of its own, or help."""
    turn = search.turn
    if turn.intent == "human" and is_sure(turn):
        return Taken(wish=Wish.PERSON)
    if turn.intent == "ask_why":
        return Taken(wish=Wish.WHY)
    if asks_of_its_own(turn):
        return Taken(wish=Wish.QUESTION)
    if asks_of_it(turn):
        booked = search.outlook.booked
        stands = say("appointment.not_yet") if booked is None else TellAppointment(booked=booked)
        return Taken(wish=Wish.AGAIN, says=(stands,))
    return Taken(wish=Wish.AGAIN if is_taken_for_one(turn) or asks_again(turn) else Wish.MISS)


def _ask(slot: str, turn: Turn, known: Known) -> Step:
    """Ask for the centre or the time, the more helpfully the more often the answer could not be read."""
    search, misses = Search.of(turn, known), turn.misses
    note = search.offered.get("note", "")
    if slot == CENTRE or search.centre is None:
        centres = tuple(search.centres or search.outlook.centres)
        full = search.offered.get("full", "")
        return Step(does=(AskCentre(centres=centres, misses=misses, note=note, full=full),))
    asked = search.offered.get("asked")
    question = AskSlot(
        centre=search.centre,
        slots=search.slots,
        days=search.outlook.days,
        misses=misses,
        note=note,
        asked_on=date.fromisoformat(asked) if asked else None,
    )
    return Step(does=(question,))


def _back(turn: Turn, known: Known) -> Step:
    return ask(turn.requested) if known.outlook.known else ask_who(turn, known)


def _cancelled() -> Step:
    return finish(CancelSlot(), **{TAKEN: None})


def _given(step: Step) -> Taken:
    return Taken(wish=Wish.FILL, given=step)


def _fill(turn: Turn, known: Known, taken: Taken) -> Step:
    del turn, known
    step: Step = taken.given
    return step


APPOINTMENT = Form(
    name=Follow.APPOINTMENT,
    slots=(CENTRE, SLOT),
    begin=_begin,
    read=_read,
    fill=_fill,
    back=_back,
    ask=_ask,
    why=say("appointment.why"),
    part=lambda turn, known: part(Search.of(turn, known), "left"),
    emptied=EMPTY,
    let_go=lambda turn, known, _taken, _misses: part(Search.of(turn, known), "given_up"),
)
