"""Peaks, spectrogram tiles, onsets, loudness and video frames, computed in the background."""
