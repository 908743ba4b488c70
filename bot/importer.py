"""Hands the training texts to Rasa, whose own reader takes a minute and a half for forty thousand of them.

Rasa reads each file twice with a parser in Python, once for its schema. Here the parser is in C.
"""

from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.reading import TrainingText, read_texts


class TrainingTexts(RasaFileImporter):
    """Rasa's importer of files, but for the training texts."""

    _texts: list[TrainingText] | None = None

    def get_nlu_data(self, language: str | None = "zh") -> TrainingData:
        """Every text, read once and made into messages anew each time: what Rasa does to them stays with its call.

        Raises:
            NotTrainingTexts: a file holds something else.
        """
        if self._texts is None:
            self._texts = list(read_texts(map(Path, self._nlu_files)))
        return TrainingData(
            [
                Message.build(known.text, known.intent, example_metadata=known.metadata or None)
                for known in self._texts
            ]
        )
