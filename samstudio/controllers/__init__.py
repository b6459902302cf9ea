"""Live state, threads and undo, as QObjects; no widgets."""
