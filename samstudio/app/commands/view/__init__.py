"""Tools, zoom, panels, keys, history."""
