"""Listening: transport, strips, faders, meters."""
