"""Conversations: a text in, an answer out."""
