"""Widgets: show session values, emit requests; know no controller."""
