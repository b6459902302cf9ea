"""A video's frame and the region marked in it."""
