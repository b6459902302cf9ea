"""SAM Audio: separation by words, spans and pictures, with weights that the user brings."""
