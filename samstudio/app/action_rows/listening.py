"""The actions on playing and mixing."""

from samstudio.app.action_rows.row import ActionRow
from samstudio.app.action_spec import MIX, PLAY
from samstudio.app.requirements import CLIP, STEMS, STRETCH

# fmt: off
PLAY_ROWS = (
    ActionRow("play", PLAY, "Play the selection or from the playhead, or stop", ("Space",), "play",
              needs=CLIP, callback=lambda c: c.transport.play),
    ActionRow("play_on", PLAY, "Play from the playhead", ("Ctrl+Space",),
              needs=CLIP, callback=lambda c: c.transport.play_on),
    ActionRow("stop_playing", PLAY, "Stop", ("Alt+K",), needs=CLIP, callback=lambda c: c.transport.stop_playing),
    ActionRow("play_selection", PLAY, "Play the selection", ("Shift+Space",),
              needs=CLIP, callback=lambda c: c.areas.play_selection),
    ActionRow("play_around", PLAY, "Play around the selection", ("Ctrl+Shift+Space",),
              needs=STRETCH, callback=lambda c: c.output.play_around),
    ActionRow("loop", PLAY, "Loop", ("L",), "loop", checkable=True, needs=CLIP, callback=lambda c: c.areas.loop),
    ActionRow("return_on_stop", PLAY, "Return the playhead on stop", ("Ctrl+R",),
              checkable=True, callback=lambda c: c.transport.return_on_stop),
    ActionRow("shuttle_on", PLAY, "Shuttle forward, faster each time", ("Alt+L",),
              separated=True, needs=CLIP, repeats=False, callback=lambda c: c.transport.shuttle_on),
    ActionRow("shuttle_back", PLAY, "Shuttle back, faster each time", ("Alt+J",),
              needs=CLIP, repeats=False, callback=lambda c: c.transport.shuttle_back),
    ActionRow("shuttle_slow_on", PLAY, "Shuttle forward at half speed", ("Alt+Shift+L",),
              needs=CLIP, callback=lambda c: c.transport.shuttle_slow_on),
    ActionRow("shuttle_slow_back", PLAY, "Shuttle back at half speed", ("Alt+Shift+J",),
              needs=CLIP, callback=lambda c: c.transport.shuttle_slow_back),
    ActionRow("go_start", PLAY, "Go to the start", ("Home",), "start",
              separated=True, needs=CLIP, callback=lambda c: c.transport.go_start),
    ActionRow("go_end", PLAY, "Go to the end", ("End",), "end", needs=CLIP, callback=lambda c: c.transport.go_end),
    ActionRow("back", PLAY, "Back 1 s", ("Left",), needs=CLIP, callback=lambda c: c.transport.back),
    ActionRow("forward", PLAY, "Forward 1 s", ("Right",), needs=CLIP, callback=lambda c: c.transport.forward),
    ActionRow("back_far", PLAY, "Back 5 s", ("Shift+Left",), needs=CLIP, callback=lambda c: c.transport.back_far),
    ActionRow("forward_far", PLAY, "Forward 5 s", ("Shift+Right",),
              needs=CLIP, callback=lambda c: c.transport.forward_far),
    ActionRow("back_fine", PLAY, "Back 40 ms", ("Ctrl+Left",), needs=CLIP, callback=lambda c: c.transport.back_fine),
    ActionRow("forward_fine", PLAY, "Forward 40 ms", ("Ctrl+Right",),
              needs=CLIP, callback=lambda c: c.transport.forward_fine),
)

MIX_ROWS = (
    ActionRow("hear_clip", MIX, "Hear the clip", ("1",), needs=CLIP, callback=lambda c: c.transport.hear_clip),
    ActionRow("hear_target", MIX, "Hear the target", ("2",), needs=STEMS, callback=lambda c: c.transport.hear_target),
    ActionRow("hear_residual", MIX, "Hear the residual", ("3",),
              needs=STEMS, callback=lambda c: c.transport.hear_residual),
    ActionRow("hear_mix", MIX, "Hear the mix, nothing soloed", ("0",),
              needs=STEMS, callback=lambda c: c.transport.hear_mix),
    ActionRow("without_target", MIX, "Hear the mix with or without the target", ("C",),
              needs=STEMS, callback=lambda c: c.mixing.without_target),
    ActionRow("mute_strip", MIX, "Mute the focused strip", separated=True, callback=lambda c: c.mixing.mute_strip),
    ActionRow("solo_strip", MIX, "Solo the focused strip", ("S",), callback=lambda c: c.mixing.solo_strip),
    ActionRow("solo_safe_strip", MIX, "Solo-safe for the focused strip", ("Ctrl+Alt+S",),
              callback=lambda c: c.mixing.solo_safe_strip),
    ActionRow("invert_strip", MIX, "Invert the phase of the focused strip", ("Shift+I",),
              callback=lambda c: c.mixing.invert_strip),
    ActionRow("reset_mixer", MIX, "Reset the mixer",
              separated=True, needs=CLIP, callback=lambda c: c.mixing.reset_mixer),
    ActionRow("restore_mixer", MIX, "Undo mixer reset", needs=CLIP, callback=lambda c: c.mixing.restore_mixer),
    ActionRow("reset_loudness", MIX, "Reset the loudness measurement", ("Ctrl+Alt+L",),
              needs=CLIP, callback=lambda c: c.mixing.reset_loudness),
    ActionRow("playback_settings", PLAY, "Playback settings…",
              separated=True, callback=lambda c: c.preferences.playback_settings),
)
# fmt: on
