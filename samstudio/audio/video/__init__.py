"""The video of recordings: its frames and its clock."""
