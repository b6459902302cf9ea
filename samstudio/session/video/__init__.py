"""Objects of a video: how they are marked, and where they were followed to."""
