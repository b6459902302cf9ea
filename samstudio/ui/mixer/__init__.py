"""Transport bar, channel strips, faders, meters."""
