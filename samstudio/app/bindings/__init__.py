"""Connects widgets and controllers: the only place where both are named."""
