"""What lies over what in a lane, from bottom to top.

Grid, content and playhead are children of the lane's box, in pixels; spans are children of its view, in seconds,
and a view box puts these at 0 among its own children.
"""

Z_GRID = -300
Z_CONTENT = -200
Z_PRESENCE = -100
Z_SPANS = 0
Z_AREA = 500
Z_LEGEND = 900
Z_MARKERS = 900
Z_PLAYHEAD = 1000
Z_ZOOM_FRAME = 2000
