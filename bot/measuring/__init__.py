"""Figures about the model, for benchmarks and for tuning; nothing here runs when a holder is answered."""
