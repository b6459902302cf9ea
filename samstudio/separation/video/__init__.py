"""A click in the picture becomes a mask, and the mask is followed through the video."""
