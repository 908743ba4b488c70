"""Visits that confirm an address, and the notices that a night leads to."""
