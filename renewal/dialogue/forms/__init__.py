"""The four forms: what each asks, takes, corrects and lets go; pure."""
