"""The two stems of a job on the command line: their folder, their names and their levels."""
