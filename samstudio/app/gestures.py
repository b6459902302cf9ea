"""What the mouse does, for the sheet of keys and gestures."""

from samstudio.ui.keys.shortcut_sheet import Shortcut

_SPANS, _VIEW, _MIXER = "Mouse: spans and selection", "Mouse: view", "Mouse: mixer"
_VIDEO = "Video"
_EDITED, _LISTS = "Keys: an edited span", "Keys: lists and faders"

GESTURES = (
    Shortcut("Select time, or draw with a span tool", ("Drag",), _SPANS),
    Shortcut("Move or resize a span", ("Drag it, or its edge",), _SPANS),
    Shortcut("Select time inside a span", ("Shift+drag",), _SPANS),
    Shortcut("No snapping while dragging", ("Alt+drag",), _SPANS),
    Shortcut("Extend the selection", ("Shift+click",), _SPANS),
    Shortcut("Add a span to the selection, or remove it", ("Ctrl+click",), _SPANS),
    Shortcut("Select a range of spans", ("Shift+click it",), _SPANS),
    Shortcut("Move selected spans together", ("Drag one of them",), _SPANS),
    Shortcut("Draw another span of the same sign", ("Ctrl+drag",), _SPANS),
    Shortcut("Accept a suggested span, trimmed", ("Drag its edge",), _SPANS),
    Shortcut("Select a span's time", ("Double click",), _SPANS),
    Shortcut("Open the span menu", ("Right click",), _SPANS),
    Shortcut("Select time in the ruler", ("Drag",), _SPANS),
    Shortcut("Move the playhead", ("Click",), _SPANS),
    Shortcut("Zoom at the pointer", ("Wheel", "Ctrl+wheel"), _VIEW),
    Shortcut("Scroll in time", ("Shift+wheel",), _VIEW),
    Shortcut("Pan", ("Middle drag",), _VIEW),
    Shortcut("Pan in the overview", ("Drag the frame",), _VIEW),
    Shortcut("Zoom in the overview", ("Drag its edge",), _VIEW),
    Shortcut("Change waveform height", ("Wheel over the dB scale",), _VIEW),
    Shortcut("Reset waveform height", ("Double click the dB scale",), _VIEW),
    Shortcut("Move a fader or knob finely", ("Ctrl+drag", "Shift+drag"), _MIXER),
    Shortcut("Reset a fader to 0 dB, a knob to the centre", ("Double click",), _MIXER),
    Shortcut("Move a fader or knob without pressing it", ("Wheel",), _MIXER),
    Shortcut("Solo one strip only", ("Shift+click its S",), _MIXER),
    Shortcut("Solo-safe", ("Ctrl+click its S",), _MIXER),
    Shortcut("Go from span to span in the timeline", ("Tab", "Shift+Tab"), _EDITED),
    Shortcut("Move the start by 10 ms", ("Left", "Right"), _EDITED),
    Shortcut("Move the end by 10 ms", ("Shift+Left", "Shift+Right"), _EDITED),
    Shortcut("Move the span by 10 ms", ("Alt+Left", "Alt+Right"), _EDITED),
    Shortcut("Move ten times as far", ("Ctrl with these",), _EDITED),
    Shortcut("Move a box's low edge by a semitone", ("Up", "Down"), _EDITED),
    Shortcut("Finish editing", ("Return", "Esc"), _EDITED),
    Shortcut("Press the focused button", ("Return",), _LISTS),
    Shortcut("Rename the take", ("F2",), _LISTS),
    Shortcut("Move a fader by 0.5 dB, a knob by 5 %", ("Up", "Down"), _LISTS),
    Shortcut("Move a fader by 0.1 dB", ("Shift+Up", "Shift+Down"), _LISTS),
    Shortcut("Reset a fader to 0 dB, a knob to the centre", ("Home",), _LISTS),
    Shortcut("Draw a region around what makes the sound", ("Drag", "Enter"), _VIDEO),
    Shortcut("Move the region", ("Drag it", "Arrows"), _VIDEO),
    Shortcut("Resize the region", ("Drag its edge", "Shift+arrows"), _VIDEO),
    Shortcut("Remove the region", ("Del",), _VIDEO),
)
