"""Forms of the desk. A field's label and what is wrong with it are keys of the wording."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

EMPTY, TOO_LONG = "form.empty", "form.too_long"
LONGEST_NOTE_CHARS = 500


def asked(longest: int) -> list[DataRequired | Length]:
    """Something must be there, and not too much of it."""
    return [DataRequired(EMPTY), Length(max=longest, message=TOO_LONG)]


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Name and password."""

    name = StringField("signing.name", asked(100))
    password = PasswordField("signing.password", asked(1000))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, twice, with the present one."""

    present = PasswordField("signing.present", asked(1000))
    new = PasswordField("signing.new", asked(1000))
    again = PasswordField("signing.again", asked(1000))


class NoteForm(FlaskForm):  # type: ignore[misc]
    """A word about something, to be kept."""

    note = TextAreaField("form.note", asked(LONGEST_NOTE_CHARS))
