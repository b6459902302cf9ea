"""Listening tests without knowing what is heard: of two takes, and over a folder."""
