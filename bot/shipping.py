"""Makes the vectors that come with the project anew for the present training texts: `python -m bot.shipping`."""

import os
import sys
from pathlib import Path

from bot.components.encoder import embed
from bot.components.kept_vectors import OWN_VARIABLE, key_of, remembered, ship, shipped
from bot.components.text import for_model, has_words
from bot.reading import read_texts, training_files

ROOT = Path(__file__).resolve().parents[1]


def training_texts() -> list[str]:
    """Each training text once, as the model sees it; those without words have no vector."""
    return sorted(
        {
            text
            for text in (for_model(known.text) for known in read_texts(training_files()))
            if has_words(text)
        }
    )


def main() -> None:
    """Embeds what is not there yet, drops what is no training text any more, and prints both numbers."""
    os.environ.setdefault(OWN_VARIABLE, str(ROOT / ".cache" / "models" / "embeddings.npz"))
    texts = training_texts()
    keys = [key_of(text) for text in texts]
    before = set(shipped())
    vectors = dict(zip(keys, remembered(texts, embed), strict=True))
    ship(vectors)
    sys.stdout.write(
        f"{len(vectors)} vectors, {len(set(keys) - before)} new, {len(before - set(keys))} dropped\n"
    )


if __name__ == "__main__":
    main()
