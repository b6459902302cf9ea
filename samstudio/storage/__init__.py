"""Sessions, stems and labels on disk; reads and writes what `session` describes."""
