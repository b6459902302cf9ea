"""Spans, suggested spans and the place in the picture."""
