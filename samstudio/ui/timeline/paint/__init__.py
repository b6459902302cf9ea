"""Waveforms and spectrograms as painted."""
