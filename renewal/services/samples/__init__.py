"""Generated holders, and situations to try the assistant in."""
