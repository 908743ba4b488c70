import stat

import pytest
from cryptography.fernet import Fernet

from renewal.cli.errors import AlreadyRunning, UsageFault
from renewal.cli.live import LiveStack, announce, live_stack, stack_lock
from renewal.cli.places import local_settings, state_dir
from renewal.cli.secret_file import ensure_secrets, read_secrets
from renewal.cli.talk import Session, keep_session, read_session, session_folder

NOTE = LiveStack(
    pid=1,
    gateway="http://127.0.0.1:8000",
    rasa_url="http://127.0.0.1:5005",
    actions_port=5055,
    gateway_port=8000,
)


def test_secrets_are_made_once_and_for_their_owner_only(own_state):
    ensure_secrets(local_settings())
    made = read_secrets(own_state)
    assert stat.S_IMODE((own_state / "secrets.env").stat().st_mode) == 0o600
    assert Fernet(made["data_keys"])
    assert len(made["lookup_key"]) >= 32
    ensure_secrets(local_settings())
    assert read_secrets(own_state) == made
    assert local_settings().rasa_secret.get_secret_value() == made["rasa_secret"]


def test_a_secret_that_the_environment_sets_is_not_made(own_state, monkeypatch):
    monkeypatch.setenv("RENEWAL_LOOKUP_KEY", "k" * 40)
    ensure_secrets(local_settings())
    assert "lookup_key" not in read_secrets(own_state)


def test_a_second_supervisor_is_refused_with_the_address_of_the_first(own_state):
    with stack_lock(own_state):
        announce(own_state, NOTE)
        assert stat.S_IMODE((own_state / "stack.json").stat().st_mode) == 0o600
        assert live_stack(own_state) == NOTE
        with (
            pytest.raises(AlreadyRunning, match=r"已经在运行：http://127\.0\.0\.1:8000"),
            stack_lock(own_state),
        ):
            pass
        assert live_stack(own_state) == NOTE
    assert live_stack(own_state) is None


def test_a_supervisor_that_is_still_starting_is_named_as_such(own_state):
    with stack_lock(own_state), pytest.raises(AlreadyRunning, match="在启动中"), stack_lock(own_state):
        pass


def test_a_note_that_a_crash_left_behind_is_no_running_stack(own_state):
    own_state.mkdir()
    announce(own_state, NOTE)
    assert live_stack(own_state) is None


def test_a_session_is_found_again(own_state):
    session = Session(conversation_id="c1", channel="sms", scenario="failure:address", home="own")
    keep_session(session_folder("试一试"), session)
    assert read_session(session_folder("试一试")) == session
    assert read_session(session_folder("other")) is None
    assert session_folder("试一试").is_relative_to(state_dir())


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a" * 65, ".hidden", "a\nb"])
def test_a_session_name_never_leaves_its_folder(name):
    with pytest.raises(UsageFault):
        session_folder(name)
