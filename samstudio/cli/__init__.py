"""The `samstudio` command."""
