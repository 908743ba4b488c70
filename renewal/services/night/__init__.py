"""The night: decisions on every permit that is due, and the report of them. See docs/night.md."""
