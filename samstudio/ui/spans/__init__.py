"""Spans and ghosts as a list, and importing them."""
