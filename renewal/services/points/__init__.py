"""The points estimate: what a text says of a person, and what it is worth."""
