"""Sound and video files, read."""
