"""The phones on screen."""
