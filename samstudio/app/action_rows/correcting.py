"""The actions on areas in time and frequency."""

from samstudio.app.action_rows.row import ActionRow
from samstudio.app.action_spec import CORRECT
from samstudio.app.requirements import AREA, CLIP, STRETCH

# fmt: off
CORRECT_ROWS = (
    ActionRow("tool_area_box", CORRECT, "Area box tool", ("R",), "area_box",
              is_tool=True, needs=CLIP, callback=lambda c: c.area_tools.tool_area_box),
    ActionRow("tool_lasso", CORRECT, "Lasso tool", ("Q",), "lasso",
              is_tool=True, needs=CLIP, callback=lambda c: c.area_tools.tool_lasso),
    ActionRow("tool_wand", CORRECT, "Magic wand tool", ("Shift+W",), "wand",
              is_tool=True, needs=CLIP, callback=lambda c: c.area_tools.tool_wand),
    ActionRow("tool_harmonics", CORRECT, "Harmonics tool", ("Y",), "harmonics",
              is_tool=True, needs=CLIP, callback=lambda c: c.area_tools.tool_harmonics),
    ActionRow("tool_brush", CORRECT, "Brush tool", ("D",), "brush",
              is_tool=True, needs=CLIP, callback=lambda c: c.area_tools.tool_brush),
    ActionRow("move_to_target", CORRECT, "Move to the target", ("Ctrl+2",), "to_target",
              separated=True, needs=AREA, callback=lambda c: c.areas.move_to_target),
    ActionRow("move_to_residual", CORRECT, "Move to the residual", ("Ctrl+3",), "to_residual",
              needs=AREA, callback=lambda c: c.areas.move_to_residual),
    ActionRow("restore_area", CORRECT, "Restore", ("Ctrl+0",), "restore",
              needs=AREA, callback=lambda c: c.areas.restore_area),
    ActionRow("play_area", CORRECT, "Play the area", (), "play",
              separated=True, needs=AREA, callback=lambda c: c.areas.play_area),
    ActionRow("plus_box_from_area", CORRECT, "+ box from the area", (),
              separated=True, needs=AREA, callback=lambda c: c.areas.plus_box_from_area),
    ActionRow("minus_box_from_area", CORRECT, "− box from the area", (),
              needs=AREA, callback=lambda c: c.areas.minus_box_from_area),
    ActionRow("separate_area", CORRECT, "Separate only here",
              needs=AREA, callback=lambda c: c.areas.separate_area),
    ActionRow("area_from_selection", CORRECT, "Area from the selection", ("Shift+R",),
              separated=True, needs=STRETCH, callback=lambda c: c.areas.area_from_selection),
    ActionRow("clear_area", CORRECT, "Clear the area", needs=AREA, callback=lambda c: c.areas.clear_area),
)
# fmt: on
