"""Opening, saving, autosave, recovery."""
