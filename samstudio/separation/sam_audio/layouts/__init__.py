"""Where the parts of a SAM Audio model are and how large they are: told from the keys and shapes of any files."""
