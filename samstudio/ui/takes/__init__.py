"""Takes: the panel, comparing, the blind test."""
