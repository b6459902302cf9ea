"""The guide, and how it is built."""
