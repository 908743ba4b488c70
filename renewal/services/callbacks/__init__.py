"""Callbacks: asked for by holders, worked through by staff."""
