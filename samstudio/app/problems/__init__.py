"""What nobody expected: told in the window, traced over a crash, and reported without what is the user's."""
