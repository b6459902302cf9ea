"""What a sound file says besides the sound."""
