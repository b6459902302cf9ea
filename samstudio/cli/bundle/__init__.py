"""Commands that only a bundle has a use for."""
