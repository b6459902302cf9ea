"""Preferences, keys, installed models."""
