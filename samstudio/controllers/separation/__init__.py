"""Running engines and building takes."""
