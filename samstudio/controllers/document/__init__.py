"""The document, its undo stack, and what is selected in it."""
