"""Transport, mix and meters."""
