"""Sounds with a known structure: mains hum, impulses, steady noise, and what the understood words stand for."""
