"""The queue of separations."""
