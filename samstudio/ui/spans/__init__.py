"""Spans and suggested spans as a list, and importing them."""
