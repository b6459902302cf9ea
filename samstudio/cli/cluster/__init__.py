"""Rows of a batch on workers in other processes and on other machines, and the commands that start and show these."""
