"""Setting up models: which there are, access, downloads."""
