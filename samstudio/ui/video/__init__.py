"""A film's picture and the place marked in it."""
