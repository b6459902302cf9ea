"""The networks, in the order of the data."""
