"""Damaged files of every kind that the program reads, each tried in a process with limits."""
