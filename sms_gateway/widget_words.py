"""What the widget shows to every visitor alike: its words, questions to choose from, and what is asked most."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property

from renewal.services.app import Services
from renewal.services.talks.asked import most_asked, question_key
from renewal.wording import Wording
from renewal.wording.editions import ENGLISH_LANGUAGE, SIMPLIFIED, TRADITIONAL

EDITIONS: Mapping[str, str] = {"zh-CN": SIMPLIFIED, "zh-TW": TRADITIONAL, "en": ENGLISH_LANGUAGE}
PREFIX = "widget."
COUNTED_AGAIN = timedelta(minutes=10)


class WidgetWords:
    """The words of one process; what is asked most is counted anew every few minutes."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._asked: tuple[datetime, tuple[str, ...]] | None = None

    def words(self, language: str) -> dict[str, object]:
        """All that the widget says in a language, and the questions that it begins with."""
        edition = self._edition(language)
        questions = [edition.render(question_key(topic), channel="web") for topic in self._topics()]
        return {"words": self._words[language], "languages": self._languages, "asked": questions}

    def hints(self, language: str) -> list[str]:
        """The questions that may be offered while somebody types."""
        return self._hints[language]

    def _topics(self) -> tuple[str, ...]:
        now = self._services.now()
        with self._lock:
            if self._asked is None or now >= self._asked[0] + COUNTED_AGAIN:
                self._asked = now, most_asked(self._services)
            return self._asked[1]

    def _edition(self, language: str) -> Wording:
        return self._services.wording.edition(EDITIONS[language])

    @cached_property
    def _languages(self) -> dict[str, str]:
        return {name: self._words[name]["own_language"] for name in EDITIONS}

    @cached_property
    def _words(self) -> dict[str, dict[str, str]]:
        return {name: self._all(name, PREFIX) for name in EDITIONS}

    @cached_property
    def _hints(self) -> dict[str, list[str]]:
        return {name: list(self._all(name, question_key("")).values()) for name in EDITIONS}

    def _all(self, language: str, prefix: str) -> dict[str, str]:
        edition = self._edition(language)
        keys = [key for key in edition if key.startswith(prefix)]
        traditional = EDITIONS[language] == TRADITIONAL
        return {
            key.removeprefix(prefix): edition.render(key, channel="web", traditional=traditional)
            for key in keys
        }
