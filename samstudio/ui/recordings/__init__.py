"""The open recordings: their list, and files that are dropped."""
