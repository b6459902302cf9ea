"""Everything on the time axis."""
