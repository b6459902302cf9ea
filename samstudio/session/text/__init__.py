"""Text from elsewhere, and sentences about it."""
