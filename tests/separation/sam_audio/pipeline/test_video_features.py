"""The place in the picture as a prompt, from video frames to stems, on a made-up model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.tracking import overlap
from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import Notice, Progress, SeparationError, UnavailableError
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder
from samstudio.separation.sam_audio.pipeline.video_features import ANALYSING, VideoFeatures
from samstudio.separation.sam_audio.runtime.cost_model import CostModel, vision_cost
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device
from samstudio.separation.sam_audio.settings import WindowOrder
from samstudio.separation.video import shown_video
from samstudio.separation.video.shown_video import ShownVideo, View
from samstudio.separation.video.tracking.tracker import STAGE, FeatureTracker
from samstudio.session.prompt import Prompt, Span
from samstudio.session.region import Region
from samstudio.session.video.objects import VideoObject
from tests.separation.sam_audio.engine_runs import request, run, sound
from tests.separation.sam_audio.made_up_video import TOWER, MadeUpVideo, write_seeing_model
from tests.separation.video.seeing_colours import DiscFilm, SeesColours, on_disc
from tests.separation.video.test_following import InMemory

LEFT = Region(0.0, 0.0, 0.5, 1.0)
BY_PICTURE = Prompt().with_region(LEFT)
COLUMNS = 15
"""Of 30, the left half."""


@pytest.fixture(scope="session")
def seeing(tmp_path_factory) -> str:
    return str(write_seeing_model(tmp_path_factory.mktemp("seeing")))


def asked(folder: str, video: MadeUpVideo | None, prompt: Prompt = BY_PICTURE, seconds: float = 1.0, **choices):
    return replace(request(folder, sound(seconds, channels=1), prompt=prompt, **choices), video=video)


def shown(video: MadeUpVideo, regions: tuple[Region, ...]) -> ShownVideo:
    return ShownVideo(video, (VideoObject.of_regions(regions),))


def look(
    folder: str, video: MadeUpVideo, regions: tuple[Region, ...], frames: int
) -> tuple[np.ndarray, list[Progress]]:
    device = Device(Model(Path(folder), torch.device("cpu"), torch.float32))
    encoder = VideoFeatures(shown(video, regions), device, range(frames), frames, ClipCache(0), CostModel(frames), 1.0)
    return encoder.features, list(encoder.advance(frames))


def device(folder: str) -> Device:
    return Device(Model(Path(folder), torch.device("cpu"), torch.float32))


def encoder(folder: str) -> VisionEncoder:
    return Model(Path(folder), torch.device("cpu"), torch.float32).vision()


def test_what_lies_outside_the_place_makes_no_difference(engine, seeing):
    one, other = MadeUpVideo(1.0), MadeUpVideo(1.0)
    other.frames[:, :, COLUMNS:] = 255 - other.frames[:, :, COLUMNS:]
    target, residual, _ = run(engine, asked(seeing, one))
    same, _, _ = run(engine, asked(seeing, other))
    np.testing.assert_array_equal(target, same)
    other.frames[:, :, :COLUMNS] = 255 - other.frames[:, :, :COLUMNS]
    different, _, _ = run(engine, asked(seeing, other))
    assert np.abs(different - target).max() > 1e-3
    assert np.abs(target + residual - sound(1.0, channels=1)).max() < 1e-6


def test_words_and_spans_and_video_all_count(engine, seeing):
    video = MadeUpVideo(1.0)
    prompts = [Prompt(text, spans).with_regions(*regions) for text in ("", "dog") for spans in ((), (Span(0.2, 0.4),))
               for regions in ((), (LEFT,))]  # fmt: skip
    targets = [run(engine, asked(seeing, video, prompt))[0] for prompt in prompts]
    for index, target in enumerate(targets):
        for other in targets[:index]:
            assert np.abs(target - other).max() > 1e-4


def test_one_vision_frame_per_latent_frame_of_the_place_alone(seeing):
    video = MadeUpVideo(1.0)
    features, _ = look(seeing, video, (LEFT,), 10)
    assert video.asked == pytest.approx([k / 25 for k in range(10)])
    masked = video.frames[:10].copy()
    masked[:, :, COLUMNS:] = 0
    expected = encoder(seeing).encode(torch.from_numpy(masked).permute(0, 3, 1, 2))
    np.testing.assert_allclose(features, expected.numpy(), atol=1e-6)


def test_the_place_moves_with_the_object(seeing):
    video = MadeUpVideo(1.0)
    video.frames[:] = video.frames[0]
    right = Region(0.5, 0.0, 0.5, 1.0, time=0.4)
    features, _ = look(seeing, video, (LEFT, right), 16)
    masked = np.zeros_like(video.frames[:3])
    masked[0, :, :15] = video.frames[0, :, :15]
    # Half way, at 0.2 s, it is seen from a quarter to three quarters: columns 7.5 to 22.5, all that it touches.
    masked[1, :, 7:23] = video.frames[0, :, 7:23]
    masked[2, :, 15:] = video.frames[0, :, 15:]
    expected = encoder(seeing).encode(torch.from_numpy(masked).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(features[[0, 5, 10, 15]], expected[[0, 1, 2, 2]], atol=1e-6)


def test_a_followed_object_is_what_is_seen_and_its_track_is_kept(engine, seeing, monkeypatch):
    """The engine follows it itself; for the same marks it asks the store."""
    monkeypatch.setattr(shown_video, "make_tracker", lambda: FeatureTracker(SeesColours()))
    film, store = DiscFilm(), InMemory()
    followed = Prompt().with_objects(VideoObject((on_disc(0.2),)))
    target, _, steps = run(engine, replace(asked(seeing, film, followed), tracks=store))
    assert any(isinstance(step, Progress) and step.stage == STAGE for step in steps)
    (track,) = store.kept.values()
    assert len(track.times) == 25
    assert overlap(film.truth_at(0.6), track.mask_at(0.6)) > 0.65
    features = VideoFeatures(
        ShownVideo(film, followed.objects, store), device(seeing), range(10), 25, ClipCache(0), CostModel(10), 1.0
    )
    list(features.advance(10))
    (frame,) = film.frames_at([0.2])
    view = View(frame, (), ((track.masks[5], track.height, track.width),))
    black = np.where(view.mask().numpy()[..., None] > 0, frame, 0).astype(np.uint8)
    expected = encoder(seeing).encode(torch.from_numpy(black).permute(2, 0, 1)[None])
    np.testing.assert_allclose(features.features[5], expected[0].numpy(), atol=1e-5)
    other, _, _ = run(engine, asked(seeing, film, Prompt().with_region(LEFT)))
    assert np.abs(target - other).max() > 1e-4
    assert film.open == 0


def test_a_stretch_sees_what_the_whole_clip_sees_there(seeing):
    way = (LEFT, Region(0.5, 0.0, 0.5, 1.0, time=0.8))
    video = MadeUpVideo(1.0)
    whole, _ = look(seeing, video, way, 20)
    video.asked.clear()
    device = Device(Model(Path(seeing), torch.device("cpu"), torch.float32))
    encoder = VideoFeatures(shown(video, way), device, range(8, 14), 20, ClipCache(0), CostModel(6), 1.0)
    list(encoder.advance(6))
    assert video.asked == pytest.approx([k / 25 for k in range(8, 14)])
    np.testing.assert_allclose(encoder.features, whole[8:14], atol=1e-6)


@pytest.mark.parametrize(("rate", "different"), [(25.0, 20), (5.0, 5), (1.0, 2)])
def test_what_stays_the_same_is_looked_at_once(seeing, rate, different, monkeypatch):
    encoded = []
    encode = VisionEncoder.encode_stepwise
    monkeypatch.setattr(
        VisionEncoder, "encode_stepwise", lambda self, frames: (encoded.append(len(frames)), encode(self, frames))[1]
    )
    video = MadeUpVideo(2.0, rate)
    features, steps = look(seeing, video, (LEFT,), 20)
    assert sum(encoded) == different
    which = [min(len(video.frames) - 1, round(k / 25 * rate)) for k in range(20)]
    for k in range(1, 20):
        assert np.array_equal(features[k], features[k - 1]) == (which[k] == which[k - 1])
    # What need not be looked at again is done all the same.
    assert steps[-1].fraction == 1.0


@pytest.mark.parametrize("order", list(WindowOrder))
def test_each_window_sees_its_own_part_of_the_video(engine, seeing, order):
    """Three seconds are two windows, of which the second begins after 1.28 s."""
    video, changed = MadeUpVideo(3.0), MadeUpVideo(3.0)
    changed.frames[60:] = 255 - changed.frames[60:]
    target, _, _ = run(engine, asked(seeing, video, seconds=3.0, order=order))
    other, _, _ = run(engine, asked(seeing, changed, seconds=3.0, order=order))
    assert np.abs(target - other)[round(2.4 * 11025) :].max() > 1e-3
    if order is WindowOrder.STREAMING:
        # The decoder looks ahead by some frames.
        assert np.array_equal(target[: round(0.8 * 11025)], other[: round(0.8 * 11025)])
    assert video.is_closed


def test_looking_is_reported_and_counts_as_work(engine, seeing):
    _, _, steps = run(engine, asked(seeing, MadeUpVideo(1.0)))
    emitted = [step for step in steps if isinstance(step, Progress) and step.stage == ANALYSING]
    assert emitted
    assert emitted[-1].done == pytest.approx(25 * vision_cost(TOWER))
    last = [step for step in steps if isinstance(step, Progress)][-1]
    assert last.fraction == pytest.approx(1.0)


def test_the_cost_of_a_look_counts_the_matrices_of_the_tower():
    """2 x (4 + 2 x 2) x 16 x 16 x 2 layers for each of 10 tokens, and attention, which is small here."""
    assert vision_cost(TOWER) == pytest.approx(2e-9 * 10 * 2 * (8 * 16 * 16 + 2 * 10 * 16))


def test_cancelling_while_looking_lets_go_of_the_video(engine, seeing):
    video = MadeUpVideo(2.0)
    steps = engine.separate(asked(seeing, video, seconds=2.0))
    next(step for step in steps if isinstance(step, Progress) and step.stage == ANALYSING)
    assert 0 < len(video.asked) < 50
    steps.close()
    del steps
    assert video.is_closed


def test_without_a_place_nothing_is_looked_at(engine, seeing):
    video = MadeUpVideo(1.0)
    plain, _, _ = run(engine, asked(seeing, None, Prompt("dog")))
    target, _, _ = run(engine, asked(seeing, video, Prompt("dog")))
    np.testing.assert_array_equal(target, plain)
    assert not video.asked


def test_a_recording_without_video_is_distinguished(engine, seeing):
    with pytest.raises(SeparationError, match="this recording has no video"):
        next(engine.separate(asked(seeing, None)))


def test_a_model_that_cannot_see_says_so_before_the_work_begins(engine, model):
    steps = engine.separate(asked(model, MadeUpVideo(1.0)))
    done = []
    with pytest.raises(UnavailableError, match="no vision weights"):
        done.extend(steps)
    assert all(step.fraction == 0.0 for step in done if isinstance(step, Progress))


def test_a_full_card_goes_on_elsewhere_with_the_same_result(engine, seeing, monkeypatch):
    expected, _, _ = run(engine, asked(seeing, MadeUpVideo(1.0)))
    encode, tries = VisionEncoder.encode_stepwise, []

    def encode_or_fail(self, frames):
        tries.append(len(frames))
        if len(tries) == 3:
            raise torch.OutOfMemoryError
        return encode(self, frames)

    monkeypatch.setattr(VisionEncoder, "encode_stepwise", encode_or_fail)
    target, _, steps = run(engine, asked(seeing, MadeUpVideo(1.0)))
    np.testing.assert_array_equal(target, expected)
    assert any(isinstance(step, Notice) and "analysis of the video was done on the CPU" in step.text for step in steps)
