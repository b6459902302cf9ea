"""What input does wherever the focus is: keys while text is typed, the focus after a choice from a list."""
