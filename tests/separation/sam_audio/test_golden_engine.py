"""The whole engine, from a clip's samples to its stems, against what the reference made with the same noise."""

import numpy as np
import pytest
import torch

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.sam_audio_settings import ResidualKind, SamAudioSettings
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.golden import TINY_MODEL, golden, needs_golden

pytestmark = needs_golden


@pytest.mark.parametrize(("case", "watermark"), [(0, False), (1, False), (1, True)])
def test_the_longest_clip_of_the_reference(case, watermark, monkeypatch):
    """The reference's longest clip has no padding, so it is what it would be alone."""
    cases, tensors = golden("e_separate")
    _, clips = golden("c_forward")
    given = tensors[f"case{case}.noise"][0].numpy()
    bits = tensors[f"case{case}.message"][:2]
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.separation.noise", lambda _seed, _candidate, start, stop, _n: given[start:stop]
    )
    monkeypatch.setattr("samstudio.separation.sam_audio.decoding.message", lambda _seed: bits)
    anchors = (cases[case]["anchors"] or [[]])[0]
    spans = tuple(Span(start, end, Sign(token)) for token, start, end in anchors)
    wav = clips["wav0"].reshape(-1, clips["wav0"].shape[-1]).mean(dim=0)
    settings = SamAudioSettings(
        str(TINY_MODEL),
        solver=cases[case]["method"],
        steps=round(1 / cases[case]["step_size"]),
        residual=ResidualKind.MODEL,
        watermark=watermark,
        presence_gate=False,
    )
    request = SeparationRequest(
        wav.numpy()[:, None],
        48000,
        Prompt(cases[case]["texts"][0], spans),
        SeparationSettings("sam-audio", "cpu", silent_in_minus=False, sam_audio=settings),
    )
    torch.set_num_threads(1)
    chunks = [step for step in SamAudioEngine(dtype=torch.float32).separate(request) if isinstance(step, StemChunk)]
    ending = "" if watermark else "_dry"
    for name in ("target", "residual"):
        found = np.concatenate([getattr(chunk, name) for chunk in chunks])[:, 0]
        expected = tensors[f"case{case}.{name}0{ending}"].numpy().reshape(-1)[: len(found)]
        np.testing.assert_allclose(found, expected, atol=2e-4, rtol=0)
