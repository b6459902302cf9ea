"""What is computed from sound in order to be shown."""
