"""Separating, and what is done with takes."""
