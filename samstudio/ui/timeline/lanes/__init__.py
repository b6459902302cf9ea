"""Lanes, their gutters and overlays."""
