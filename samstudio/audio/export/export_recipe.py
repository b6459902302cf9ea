"""How the files were made, for their comment and as JSON beside them: the stems' recipe and the export's processing."""

import json
from dataclasses import asdict

from samstudio.audio.export.export_request import ExportRequest
from samstudio.dsp.noise_gate import ATTACK, HOLD, HYSTERESIS, RELEASE


def file_recipe(request: ExportRequest, stem: str) -> str:
    """The recipe in one line. The request already holds the trimmed range and the measured gain."""
    parts = [request.recipes.get(stem, request.recipe)]
    if request.gate is not None:
        parts.append(f"noise gate {request.gate:g} dBFS")
    if request.trim is not None:
        parts.append(f"silence below {request.trim.threshold:g} dBFS trimmed")
    fades = ("in", request.render_chain.fade_in), ("out", request.render_chain.fade_out)
    parts += [f"fade {way} {fade:g} s" for way, fade in fades if fade]
    if request.gain_db:
        parts.append(f"gain {request.gain_db:+.2f} dB")
    return ", ".join(part for part in parts if part)


def file_record(request: ExportRequest) -> str:
    """The record with the export's settings as JSON; `start` is the second of the recording where the files begin."""
    chain, gate = request.render_chain, None
    if request.gate is not None:
        gate = {
            "threshold": request.gate,
            "hysteresis": HYSTERESIS,
            "attack": ATTACK,
            "hold": HOLD,
            "release": RELEASE,
        }
    export = {
        "start": chain.first / chain.sample_rate,
        "frames": chain.frames,
        "sample_rate": chain.output_rate,
        "noise_gate": gate,
        "trim_silence": None if request.trim is None else asdict(request.trim),
        "fade_in": chain.fade_in,
        "fade_out": chain.fade_out,
        "gain_db": request.gain_db,
    }
    return json.dumps({**request.record, "export": export}, indent=2, ensure_ascii=False) + "\n"
