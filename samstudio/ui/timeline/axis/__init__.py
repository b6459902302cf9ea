"""The time axis: ruler, overview, visible range."""
