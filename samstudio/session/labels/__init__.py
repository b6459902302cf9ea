"""Spans as other programs' labels, markers and regions, and back."""
