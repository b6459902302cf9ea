"""Keys: the sheet, the dialog, the palette."""
