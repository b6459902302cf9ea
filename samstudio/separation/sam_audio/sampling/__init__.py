"""Solving the flow: solver, schedule, windows, noise."""
