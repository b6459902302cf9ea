"""A voice as evidence: what a trained network takes for voice, where the spans say that it is worth something."""
