"""Ogg, read here: pages, packets, links and their time."""
