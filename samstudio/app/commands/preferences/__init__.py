"""What the pages of the preferences do."""
