"""From tracks to the sound card."""
