"""Appointments (预约签注): centres, seats, what a holder wants, and what a night makes of them."""
