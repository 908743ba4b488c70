"""What is kept of talks and texts, for how long, and how everything of one holder is erased."""
