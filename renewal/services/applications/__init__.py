"""Renewal at the window: applications from the papers to the endorsement, and what the holder is told of them."""
