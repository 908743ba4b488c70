"""What a text says: pure functions of the text and today."""
