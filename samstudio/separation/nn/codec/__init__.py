"""DACVAE: the codec that turns sound into the features that generative models work on, and back."""
