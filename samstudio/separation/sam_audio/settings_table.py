"""What can be chosen about SAM Audio: the rows from which form, command line, facts and recipe are made."""

from collections.abc import Mapping

from samstudio.session.engine_settings import (
    ChoiceSetting,
    FlagSetting,
    NumberSetting,
    PartSetting,
    SettingChoice,
    Unused,
    Value,
)

NAME = "sam-audio"
"""The engine's name in the registry."""
MOST_STEPS = 256
MOST_CANDIDATES = 16
_OVERRIDES = "Override the preset"

SETTINGS = (
    PartSetting(
        name="model",
        title="Model",
        help="The weights that separate. Larger is better and slower.",
        command_help="weights",
        role="model",
        is_required=True,
        in_recipe=True,
    ),
    ChoiceSetting(
        name="preset",
        title="Preset",
        help="How much work a result is worth.",
        command_help="how much work the result is worth (default balanced)",
        default="balanced",
        in_recipe=True,
        choices=(
            SettingChoice("fast", "Fast", "Half the steps: to find out quickly whether it works."),
            SettingChoice("balanced", "Balanced", "The steps that the published model takes."),
            SettingChoice(
                "best",
                "Best",
                "Finds the sound's spans, and chooses among candidates; takes several times as long.",
            ),
        ),
    ),
    ChoiceSetting(
        name="mode",
        title="Target",
        help="What the target is made of.",
        command_help="the model's own sound (generated), or the recording through a mask from the model (faithful)",
        default="generated",
        in_recipe=True,
        choices=(
            SettingChoice(
                "generated", "Generated", "The target is the model's own sound, rendered at the recording's rate."
            ),
            SettingChoice(
                "faithful",
                "Faithful",
                "The model only steers a mask on the recording: stereo image, bandwidth and timing stay, nothing is "
                "invented.",
            ),
        ),
    ),
    ChoiceSetting(
        name="residual",
        title="Residual",
        help="What the rest is made of.",
        command_help="the recording less the target, or the model's own",
        default="exact",
        choices=(
            SettingChoice("exact", "Exact", "Target and residual sum to the clip, to the last bit."),
            SettingChoice(
                "model", "Model", "The residual that the model made itself; the two need not sum to the clip."
            ),
        ),
        unused=Unused("mode", "faithful", "In faithful mode target and residual always sum to the clip."),
    ),
    ChoiceSetting(
        name="order",
        title="Order",
        help="How the windows of a long recording are solved.",
        command_help="long clips: all windows together (default), or one by one, for a preview that comes early",
        default="joint",
        choices=(
            SettingChoice(
                "joint", "Joint", "For the final result: all windows agree at every step, so there are no seams."
            ),
            SettingChoice(
                "streaming", "Streaming", "For a preview: window after window with cross-fades, heard early."
            ),
        ),
    ),
    FlagSetting(
        name="drafts",
        title="Drafts while it works",
        help="The visible or played part is heard early and gets better twice; takes up to a tenth longer. The result "
        "is the same.",
        default=True,
        changes_result=False,
        unused=Unused("order", "streaming", "Streaming is heard early by itself."),
    ),
    FlagSetting(
        name="watermark",
        title="Inaudible watermark",
        fact="Watermark",
        help="Marks generated sound as such, as the published model does.",
        command_help="leave the model's inaudible watermark out of generated sound",
        default=True,
        unused=Unused("mode", "faithful"),
    ),
    FlagSetting(
        name="presence_gate",
        title="Silence the target where it is absent",
        fact="Presence gate",
        help="Where neither spans nor the model's own target say that the sound is there, the target is silent.",
        command_help="don't silence the target where nothing says that it is there",
        default=True,
    ),
    ChoiceSetting(
        name="solver",
        title="Solver",
        help="How the model's equation is solved.",
        command_help="instead of the preset's",
        by_preset=True,
        group=_OVERRIDES,
        choices=(
            SettingChoice("midpoint", "Midpoint", "Two evaluations a step."),
            SettingChoice("euler", "Euler", "One evaluation a step: half the time, less exact."),
        ),
    ),
    NumberSetting(
        name="steps",
        title="Steps",
        help="More is finer and takes longer.",
        command_help="of the solver, instead of the preset's",
        by_preset=True,
        group=_OVERRIDES,
        least=1,
        most=MOST_STEPS,
    ),
    FlagSetting(
        name="predict_spans",
        title="Find spans",
        fact="Finds spans",
        help="Whether PE-A-Frame looks for the sound first.",
        command_help="look for the places where the words of the prompt are heard, and use them as + spans",
        by_preset=True,
        group=_OVERRIDES,
    ),
    PartSetting(
        name="judge",
        title="Judge",
        help="Scores candidates and picks the best.",
        command_help="weights of the Judge that chooses among candidates",
        role="judge",
        group=_OVERRIDES,
    ),
    NumberSetting(
        name="candidates",
        title="Candidates",
        help="How many results are made to choose from: by the Judge, or else by what can be measured.",
        command_help="how many to choose from, by --judge or else by measurement",
        by_preset=True,
        group=_OVERRIDES,
        least=1,
        most=MOST_CANDIDATES,
        unused=Unused("order", "streaming", "Candidates are compared whole: the order must be joint."),
    ),
)

# The published model itself takes 16 midpoint steps; its demonstration makes 8 candidates and predicts spans.
PRESETS: Mapping[str, Mapping[str, Value]] = {
    "fast": {"solver": "midpoint", "steps": 8, "candidates": 1, "predict_spans": False},
    "balanced": {"solver": "midpoint", "steps": 16, "candidates": 1, "predict_spans": False},
    "best": {"solver": "midpoint", "steps": 16, "candidates": 4, "predict_spans": True},
}
