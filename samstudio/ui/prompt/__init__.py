"""What is asked of an engine, and how it shall work."""
