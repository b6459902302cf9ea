"""What engines compute from a clip alone, kept for the next prompt about it."""
