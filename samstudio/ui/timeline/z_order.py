"""What lies over what in a lane, from bottom to top.

Pictures and overlays are children of the lane's box, in pixels; spans are children of its view, in seconds, and lie
between them at Z_SPANS by nature (a view box puts its children at 0).
"""

Z_SELECTION = -400
"""Under a waveform, whose colours stay true."""
Z_GRID = -300
Z_PICTURE = -200
Z_SELECTION_OVER_PICTURE = -100
"""Over a spectrogram, which covers its lane."""
Z_SPANS = 0
Z_PLAYHEAD = 1000
