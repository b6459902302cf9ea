"""Exporting stems and mixes, and checking the files."""
