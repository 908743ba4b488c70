"""Looking a holder up: by phone, permit or whole name, always with a reason, never faster than a person works."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from renewal.services.app import Services
from renewal.services.importing import import_holders
from renewal.services.lookup import searching
from renewal.services.lookup.reasons import Reason, SearchRefused, Why
from renewal.services.lookup.searching import Kind, NoSuchSearch, Search, TooManySearches
from renewal.store.models import AuditEntry
from tests.onfile import NAME, NUMBER, PHONE, kept, put_holder, put_talk

LI, WANG = "li(desk)", "wang(desk)"
CALL = Why(reason=Reason.CALLBACK)


def look(services: Services, typed: str, *, staff: str = LI, why: Why = CALL) -> Search:
    return searching.results(services, searching.search(services, typed, why, staff=staff), staff=staff)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("19900001234", Kind.PHONE),
        ("+86 199 0000 1234", Kind.PHONE),
        (" ex-2001 ", Kind.PERMIT),
        ("ＥＸ－２００１", Kind.PERMIT),
        ("样例欧阳明", Kind.NAME),
        (" 样例 欧阳·明 ", Kind.NAME),
    ],
)
def test_a_holder_is_found_however_the_phone_permit_or_name_is_typed(services, typed, kind):
    permit_id = put_holder(services)
    put_holder(services, "EX-2002", name="样例别人", phone="+8619900009999")
    found = look(services, typed)
    assert (found.kind, [one.permit_id for one in found.found]) == (kind, [permit_id])


@pytest.mark.parametrize("typed", ["样例欧阳", "欧阳明", "1990000123", "EX-200", "%", "%%", "__-____"])
def test_a_piece_of_a_name_or_a_number_finds_nobody(services, typed):
    put_holder(services)
    try:
        assert look(services, typed).found == ()
    except SearchRefused as refused:
        assert "写完整" in str(refused)  # noqa: PT017 either way nobody is found


def test_what_is_shown_tells_two_holders_apart_and_no_more(services):
    put_holder(services)
    put_holder(services, "EX-2002", phone="+8619900005678")
    found = look(services, NAME)
    assert {one.phone_tail for one in found.found} == {"1234", "5678"}
    told = repr(found)
    for secret in (NAME, "19900001234", NUMBER, "EX-2002"):
        assert secret not in told
    assert {one.holder for one in found.found} == {"样***明"}


def test_no_search_without_a_reason(services):
    with pytest.raises(SearchRefused, match="选一个理由"):
        Why.of("", "")
    with pytest.raises(SearchRefused, match="写明是什么事"):
        Why.of("other", "  x ")
    with pytest.raises(SearchRefused, match="写明是什么事"):
        Why.of("other", "样" * 121)
    assert Why.of("other", "本人\x1b[31m打电话来问").words == "本人打电话来问"


def test_the_audit_keeps_who_why_and_what_came_out_and_not_what_was_typed(services):
    permit_id = put_holder(services)
    look(services, PHONE, why=Why.of("other", f"电话 {PHONE} 打来，证件 310101199001011237"))
    (row,) = kept(services, searching.SEARCHED)
    assert (row.actor, row.subject) == (LI, f"permit:{permit_id}")
    assert row.detail["by"] == "phone"
    assert row.detail["found"] == 1
    assert row.detail["reason"] == "other"
    assert "打来" in row.detail["words"]
    for secret in ("19900001234", "310101199001011237"):
        assert secret not in str(row.detail)


def test_a_search_that_finds_nobody_is_kept_too(services):
    assert look(services, "样例没有人").found == ()
    (row,) = kept(services, searching.SEARCHED)
    assert row.detail["found"] == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "没有写要查谁"),
        ("\u200b\u202e", "没有写要查谁"),
        ("样" * 61, "太长了"),
        ("310101199001011237", "身份证号"),
        ("明", "写完整"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_in_a_sentence_and_never_repeated(services, typed, told):
    with pytest.raises(SearchRefused, match=told) as refused:
        searching.search(services, typed, CALL, staff=LI)
    assert not typed or typed not in str(refused.value)
    assert kept(services, searching.SEARCHED) == []


def test_another_account_and_a_later_hour_open_no_results(services):
    put_holder(services)
    number = searching.search(services, NUMBER, CALL, staff=LI)
    with pytest.raises(NoSuchSearch):
        searching.results(services, number, staff=WANG)
    with pytest.raises(NoSuchSearch):
        searching.results(services, number + 1, staff=LI)
    with services.store.session() as session:
        session.get_one(AuditEntry, number).at = services.now() - timedelta(minutes=31)
    with pytest.raises(NoSuchSearch, match="重新查"):
        searching.results(services, number, staff=LI)


def test_another_act_of_the_same_account_is_no_ticket(services):
    with services.store.session() as session:
        row = AuditEntry(
            at=datetime.now(UTC), actor=LI, action="callbacks.read", subject="callbacks", detail={}
        )
        session.add(row)
        session.flush()
        number = row.id
    with pytest.raises(NoSuchSearch):
        searching.results(services, number, staff=LI)


def limited(services: Services, **limits: int) -> Services:
    return replace(services, settings=services.settings.model_copy(update=limits))


def test_an_account_searches_no_faster_than_the_settings_say_and_others_go_on(services):
    put_holder(services)
    few = limited(services, desk_searches_per_10_minutes=3)
    for _ in range(3):
        look(few, NUMBER)
    with pytest.raises(TooManySearches, match="10 分钟里最多查 3 次"):
        look(few, NUMBER)
    assert look(few, NUMBER, staff=WANG).count == 1
    daily = limited(services, desk_searches_per_10_minutes=9, desk_searches_per_day=3)
    with pytest.raises(TooManySearches, match="24 小时"):
        look(daily, NUMBER)


def test_searches_at_the_same_moment_are_no_way_past_the_limit(services):
    put_holder(services)
    few = limited(services, desk_searches_per_10_minutes=3)

    def once(_: int) -> bool:
        try:
            searching.search(few, NUMBER, CALL, staff=LI)
        except TooManySearches:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(8))) == 3


def test_a_name_that_many_have_shows_twenty_and_how_many_there_are(services):
    for n in range(23):
        put_holder(services, f"EX-3{n:03d}", phone=f"+86199000{n:05d}")
    found = look(services, NAME)
    assert (len(found.found), found.count) == (searching.MOST_FOUND, 23)


def test_a_number_of_which_nobody_is_on_file_shows_the_talks_from_it(services):
    talk = put_talk(services, phone="+8619900007777", said=("你好",))
    found = look(services, "19900007777")
    assert (found.found, found.talks) == ((), (talk,))


def test_a_permit_that_another_page_names_is_looked_up_with_a_reason_too(services):
    permit_id = put_holder(services)
    number = searching.search_permit(services, permit_id, Why(reason=Reason.AT_WINDOW), staff=LI)
    assert [one.permit_id for one in searching.results(services, number, staff=LI).found] == [permit_id]
    (row,) = kept(services, searching.SEARCHED)
    assert (row.subject, row.detail["reason"]) == (f"permit:{permit_id}", "at_window")
    with pytest.raises(SearchRefused, match="没有这个居住证了"):
        searching.search_permit(services, permit_id + 99, CALL, staff=LI)


def test_imported_and_renamed_holders_are_found_by_their_name(services, written):
    heads = "permit_no,name,phone,category,district,expires_on,address,employer,sponsor,marriage,school"
    row = "EX-1,样例甲,19900000001,就业,徐汇区,2026-12-05,样例路1号,样例公司,,,"
    import_holders(services, written(heads, row), actor="test")
    assert look(services, "样例甲").count == 1
    import_holders(services, written(heads, row.replace("样例甲", "样例乙")), actor="test")
    assert (look(services, "样例甲").count, look(services, "样例乙").count) == (0, 1)
