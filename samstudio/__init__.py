"""SAM Studio: take one sound out of a recording."""

__version__ = "0.1.0"
