"""Choosing among several results of one request."""
