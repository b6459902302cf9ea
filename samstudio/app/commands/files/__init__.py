"""Opening, saving, exporting, labels."""
