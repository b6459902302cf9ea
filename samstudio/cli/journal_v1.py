"""The fingerprint by which journals of version 1 know a job.

It was taken from the text that Python shows for the settings of that time, in which those of SAM Audio always stood.
"""

import hashlib

from samstudio.cli.job import SeparationJob
from samstudio.session.engine_settings import Value

_DEFAULTS: dict[str, Value] = {
    "model": "",
    "judge": "",
    "preset": "balanced",
    "solver": None,
    "steps": None,
    "candidates": None,
    "predict_spans": None,
    "mode": "generated",
    "residual": "exact",
    "watermark": True,
    "order": "joint",
    "presence_gate": True,
}
_ENUMERATIONS = {"preset": "Preset", "mode": "Mode", "residual": "ResidualKind", "order": "Order"}


def recipe_v1(job: SeparationJob, version: tuple[int, int]) -> str:
    """The SHA-256 in hexadecimal; `version` are the recording's bytes and its time of change in nanoseconds."""
    settings = job.settings
    common = {name: getattr(settings, name) for name in ("engine", "device", "seed", "silent_in_minus")}
    options = {**_DEFAULTS, **{name: value for name, value in settings.options.items() if name in _DEFAULTS}}
    shown = ", ".join(f"{name}={_shown(name, value)}" for name, value in options.items())
    facts = ", ".join(f"{name}={value!r}" for name, value in common.items())
    text = f"SeparationSettings({facts}, sam_audio=SamAudioSettings({shown}))"
    return hashlib.sha256(f"({version!r}, {job.prompt!r}, {text}, {job.audio_format!r})".encode()).hexdigest()


def _shown(name: str, value: Value) -> str:
    kind = _ENUMERATIONS.get(name)
    return f"<{kind}.{str(value).upper()}: {value!r}>" if kind else repr(value)
