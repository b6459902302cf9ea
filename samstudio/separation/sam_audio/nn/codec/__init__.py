"""DACVAE: the codec that turns sound into the features SAM Audio works on, and back."""
