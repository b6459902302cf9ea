"""Corrects stems by hand and by strength."""
