"""What is said before anything else: to someone who speaks of dying, and to who typed an ID number."""

from renewal.dialogue.says import BotMessage
from renewal.language.distress import in_despair
from renewal.language.masking import Masked
from renewal.language.script import language_of
from renewal.services.app import Services


def comfort(services: Services, text: str) -> tuple[BotMessage, ...]:
    """To someone who speaks of dying, no rule is an answer, in a form or out of it."""
    if not in_despair(text):
        return ()
    return (BotMessage(text=services.wording.edition(language_of(text) or "").render("despair")),)


def warn_about_id(services: Services, masked: Masked) -> tuple[BotMessage, ...]:
    """That no ID number is needed here, where one was typed."""
    if not masked.found:
        return ()
    wording = services.wording.edition(language_of(masked.text) or "")
    return (BotMessage(text=wording.render("notice_id_number")),)
