"""Objects in the video: what a mark would take, and where the object is followed to."""
