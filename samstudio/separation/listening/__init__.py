"""Listeners: where in a clip the sound that a text names is heard."""
