"""Nobody earns by texts that make us answer: abroad, from one phone, or from very many."""

import pytest
from sqlalchemy import select

from renewal.store.models import AuditEntry, Delivery, InboundText
from sms_gateway.app import create_app
from tests.gateway.conftest import TWILIO
from tests.gateway.queue_view import queued
from tests.security.gateway.wire import signed, text_form

ABROAD = [
    *("+15005550001", "+12125550123", "+14165550123", "+18765550123", "+447911123456", "+33612345678"),
    *("+8526123456", "+85291234567", "+85366123456", "+886912345678", "+819012345678", "+821012345678"),
    *("+6591234567", "+2348012345678", "+37112345678", "+88213300000", "+881612345678"),
    *("+2521234567", "+53512345678", "+6799123456", "+96812345678", "+79161234567", "+5511912345678"),
]


@pytest.fixture
def twilio_over(services, assistant):
    from dataclasses import replace

    def opened(**changes):
        settings = services.settings.model_copy(update=TWILIO | changes)
        return create_app(settings, replace(services, settings=settings), assistant).test_client()

    return opened


def _text(client, phone: str, number: int = 1, body: str = "怎么续签") -> None:
    form = text_form(MessageSid=f"SM{number}", From=phone, Body=body)
    assert client.post("/sms/twilio", data=form, headers=signed(form)).status_code == 200


def _jobs(services) -> list[str]:
    return [job.name for job in queued(services)]


@pytest.mark.parametrize("phone", ABROAD)
def test_a_text_from_abroad_is_kept_for_staff_and_not_answered(twilio_over, services, phone: str) -> None:
    _text(twilio_over(), phone)
    with services.store.read() as session:
        assert session.scalars(select(InboundText.answered_at)).one() is not None
        audit = session.scalars(select(AuditEntry)).one()
        assert (audit.action, audit.detail) == ("text.not_answered", {"why": "abroad"})
    assert _jobs(services) == []


def test_a_country_that_is_named_is_answered(twilio_over, services) -> None:
    client = twilio_over(sms_countries="CN,HK")
    _text(client, "+85291234567", 1)
    _text(client, "+8619900000001", 2)
    _text(client, "+85366123456", 3)
    assert _jobs(services) == ["answer_inbound"] * 2


def test_opting_out_works_from_abroad_and_nothing_is_sent(twilio_over, services) -> None:
    client = twilio_over()
    for number, word in enumerate(("STOP", "START", "STOP", "START", "退订")):
        _text(client, "+15005550001", number, word)
    with services.store.read() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions == ["texts.opted_out", "texts.opted_in"] * 2 + ["texts.opted_out"]
        assert session.scalars(select(Delivery)).all() == []
    assert _jobs(services) == []


def test_a_phone_that_opts_in_and_out_for_ever_gets_no_more_confirmations_than_answers(
    twilio_over, services
) -> None:
    client = twilio_over()
    for number in range(30):
        _text(client, "+8619900000001", number, "START" if number % 2 else "STOP")
    with services.store.read() as session:
        assert len(session.scalars(select(Delivery.id)).all()) == 20


def test_answers_to_all_are_capped_by_the_hour_with_an_alarm_and_one_flood_spends_its_own_share(
    twilio_over, services, capsys
) -> None:
    client = twilio_over(sms_answers_per_hour=23)
    for number in range(25):
        _text(client, "+8619900000001", number)  # its share is 20
    for number in range(4):
        _text(client, f"+861990000001{number}", 100 + number)
    assert len(_jobs(services)) == 23
    assert "answers.capped" in capsys.readouterr().out
    with services.store.read() as session:
        assert len(session.scalars(select(InboundText.id)).all()) == 29


@pytest.mark.parametrize("countries", ["", "cn", "CHN", "CN,", "CN;HK", "*", "CN, HK"])
def test_countries_are_named_by_their_codes(tmp_path, countries: str) -> None:
    from renewal.settings import SettingsError, load_settings

    with pytest.raises(SettingsError, match="RENEWAL_SMS_COUNTRIES"):
        load_settings(state_dir=tmp_path, sms_countries=countries)
