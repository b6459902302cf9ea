"""Takes that are compared: A against B at equal loudness, and blind tests."""
