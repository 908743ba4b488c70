"""Rasa's side: components, channel, tracker store and training. Runs in `bot/.venv` (Python 3.10) only."""
