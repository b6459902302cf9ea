"""Files and the sound card; no Qt, no torch."""
