"""How fast holders and feeds are loaded, on SQLite and on PostgreSQL."""

from benchmarks.city import generate

__all__ = ["generate"]
