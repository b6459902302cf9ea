"""SAM 2.1, which follows objects better where the user has added its weights and transformers is installed."""
