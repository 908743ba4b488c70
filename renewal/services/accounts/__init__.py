"""Accounts of staff: who may sign in at the desk, and where they are signed in."""
