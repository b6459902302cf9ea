"""Spans, suggested spans and the region in the video."""
