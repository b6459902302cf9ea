"""Loaded parts, memory budget, out-of-memory fallback, cost."""
