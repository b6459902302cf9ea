"""Keys: the sheet, the dialog, the palette, keys of lists."""
