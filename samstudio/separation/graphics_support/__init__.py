"""Graphics card support for a bundle: the CUDA build of its PyTorch, added to its own folder, and removed again."""
