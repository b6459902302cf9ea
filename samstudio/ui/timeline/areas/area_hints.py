"""What the area tools say: what they ask for, and why they do nothing."""

from samstudio.session.correction import Direction
from samstudio.ui.timeline.areas.area_options import AreaOptions, AreaTool

NO_TAKE = "There is nothing to paint on yet: separate first."
WORDS = {
    Direction.TO_TARGET: "to the target",
    Direction.TO_RESIDUAL: "to the residual",
    Direction.RESTORE: "back to what was separated",
}
_TITLES = {
    AreaTool.BOX: "Drag over time and frequency",
    AreaTool.LASSO: "Draw around the sound",
    AreaTool.WAND: "Click on a sound",
    AreaTool.HARMONICS: "Draw along the lowest partial",
}


def hint(tool: AreaTool, options: AreaOptions, *, has_area: bool, is_split: bool) -> str:
    """What a tool asks for; `is_split`: each channel has a spectrogram of its own, and all are changed together."""
    channels = " in all channels" if is_split else ""
    if tool is AreaTool.BRUSH:
        beyond = "; also outside of the selected area" if has_area else ""
        return f"Paint {WORDS[options.direction]}{channels}{beyond}; X, Ctrl or Alt: the other way; [ and ]: size"
    return f"{_TITLES[tool]}{channels and ', for all channels'}; Shift adds, Ctrl or Alt takes away"
