"""The embedded engine: separation from spans alone, without weights."""
