"""Renewal at the window: cases from the papers to the endorsement, and what the holder is told of them."""
