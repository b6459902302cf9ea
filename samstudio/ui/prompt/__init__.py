"""The prompt panel: text, engine and settings."""
