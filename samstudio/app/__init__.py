"""Builds controllers and window once, and connects them; what each action does."""
