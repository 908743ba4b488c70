"""What the front page shows: renewal in one screen, and the days of one permit."""
