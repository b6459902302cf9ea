"""Worker processes: started, kept busy, and what runs in them."""
