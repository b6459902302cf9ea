"""The way from the clip to the codec and back, without the model between."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import StemChunk
from samstudio.separation.marks import resolve
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.resample import resampled_length
from samstudio.separation.sam_audio.pipeline.decoding import DecodedRows, Decoding
from samstudio.separation.sam_audio.pipeline.encoding import Encoding
from samstudio.separation.sam_audio.pipeline.rendering import Rendering
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.oom_fallback import Device
from samstudio.separation.sam_audio.settings import SamAudioSettings
from samstudio.separation.steps import Steps
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import scratch_array
from tests.separation.sam_audio.engine_runs import request


class IdentityCodec:
    """Features are the samples of their frames: what goes in comes out, unless the way there and back delays it."""

    def __init__(self, hop: int) -> None:
        self.encoder = self.decoder = self
        self.stages = []
        self._hop = hop

    def frames(self, samples: int) -> int:
        return -(-samples // self._hop)

    def part_stepwise(self, x: torch.Tensor, start: int, stop: int) -> Steps[torch.Tensor]:
        yield
        if x.shape[1] == 1:
            padded = torch.nn.functional.pad(x[:, 0], (0, -x.shape[2] % self._hop))
            return padded.unfold(1, self._hop, self._hop)[:, start:stop].transpose(1, 2)
        return x[:, :, start:stop].transpose(1, 2).reshape(len(x), 1, -1)


@pytest.mark.parametrize("rate", [44100, 48000, 96000, 22050, 44099])
@pytest.mark.parametrize("stretch", [None, (0.37, 1.1)])
def test_the_way_there_and_back_has_no_delay(rate, stretch):
    """Cross-correlation peaks at zero, to a hundredth of a sample, and the level is kept."""
    rng = np.random.default_rng(4)
    samples = (0.1 * rng.standard_normal((round(1.3 * rate), 2))).astype(np.float32)
    asked = request("", samples, rate, Prompt("man"))
    if stretch:
        asked = replace(asked, frame_range=tuple(round(edge * rate) for edge in stretch))
    codec = CodecConfig(codebook_dim=1920)
    config, cpu = SimpleNamespace(audio_codec=codec), torch.device("cpu")
    device = Device(SimpleNamespace(config=config, codec=IdentityCodec(1920), encoder_key="", device=cpu))
    frames = -(-resampled_length(len(samples), rate, 48000) // 1920)
    encoding = Encoding(asked, range(frames), "clip", device, ClipCache(0), CostModel(1.0), 0.0)
    list(encoding.advance(frames))
    latents = scratch_array(frames, 2 * 2 * 1920).reshape(frames, 2, 3840)
    latents[:, :, :1920] = encoding.features
    sound = Decoding(device, latents, DecodedRows(SamAudioSettings.of(asked.settings.options)), 0, 0.0)
    made = Rendering(asked, sound, codec, resolve(asked.prompt, 1.3), (), CostModel(1.0))
    chunks = [step.target for step in made.advance(frames) if isinstance(step, StemChunk)]
    target = np.concatenate(chunks)
    samples = samples[slice(*asked.wanted)]
    assert target.shape == samples.shape
    for channel in range(2):
        spectra = [np.fft.rfft(x[:, channel]) for x in (target, samples)]
        cross = spectra[0] * spectra[1].conj()
        correlation = np.fft.irfft(cross, len(samples))
        assert np.argmax(correlation) == 0
        # The phase of the lower half of the band grows by nothing: no fraction of a sample either.
        bins = np.arange(len(cross))[: len(cross) // 4]
        slope = np.sum(bins * np.angle(cross[: len(bins)])) / np.sum(bins**2)
        assert abs(slope * len(samples) / (2 * np.pi)) < 0.01
        gain = np.abs(cross[: len(bins)]).sum() / np.square(np.abs(spectra[1][: len(bins)])).sum()
        assert gain == pytest.approx(1, abs=1e-3)
