"""Spans on the lanes: shown, drawn, dragged."""
