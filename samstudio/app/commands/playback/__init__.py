"""Transport, mixer and sound output."""
