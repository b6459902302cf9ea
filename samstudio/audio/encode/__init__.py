"""Sound and video files, written."""
