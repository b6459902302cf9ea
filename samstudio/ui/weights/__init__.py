"""Setting up SAM Audio."""
