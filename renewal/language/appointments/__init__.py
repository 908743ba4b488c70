"""When somebody wants to come, and what for."""
