"""Markers: their list, and their strip over the lanes."""
