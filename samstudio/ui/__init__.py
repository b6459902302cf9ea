"""Widgets: show session values, emit wishes; know no controller."""
