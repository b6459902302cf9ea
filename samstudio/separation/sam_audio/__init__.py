"""SAM Audio: separation by text, spans and regions of the video, with weights that the user brings."""
