"""Following an object: a segmenter at some frames of a second, optical flow between them, and features that decide."""
