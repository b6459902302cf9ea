"""Areas in time and frequency: choosing them, moving their sound, playing it alone."""
