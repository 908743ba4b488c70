"""Transactions and orders of steps: what the doors ask for."""
