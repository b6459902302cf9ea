"""SAM 2.1 of transformers as a tracker, with tiny random weights."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.check import faults, identify
from samstudio.separation.video import finders
from samstudio.separation.video.contract import Tracked
from samstudio.separation.video.sam2 import finder as sam2
from samstudio.separation.video.sam2.finder import Sam2Finder, Sam2Network
from samstudio.separation.video.tracking.tracker import KeyFrameTracker
from tests.separation.video.seeing_colours import HEIGHT, WIDTH, DiscFilm, SeesColours, on_disc

transformers = pytest.importorskip("transformers")
SIDE, CPU = 64, torch.device("cpu")
TIMES = [k / 25 for k in range(60)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Saved by transformers itself, as the published ones are."""
    stages = {
        "blocks_per_stage": [1, 2, 1, 1],
        "embed_dim_per_stage": [16, 32, 64, 128],
        "num_attention_heads_per_stage": [1, 1, 2, 2],
        "window_size_per_stage": [4, 4, 4, 2],
        "global_attention_blocks": [2],
        "window_positional_embedding_background_size": [2, 2],
    }
    backbone = {"model_type": "sam2_hiera_det_model", "hidden_size": 16, "image_size": [SIDE, SIDE], **stages}
    vision = {"backbone_channel_list": [128, 64, 32, 16], "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]]}
    config = transformers.Sam2VideoConfig(
        vision_config={
            "model_type": "sam2_vision_model",
            "backbone_config": backbone,
            "fpn_hidden_size": 128,
            **vision,
        },
        prompt_encoder_config={"hidden_size": 128, "image_size": SIDE},
        mask_decoder_config={
            "hidden_size": 128,
            "mlp_dim": 32,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 32,
        },
        image_size=SIDE,
        memory_attention_hidden_size=128,
        memory_attention_feed_forward_hidden_size=64,
        memory_attention_num_layers=1,
        memory_attention_rope_feat_sizes=[4, 4],
        memory_encoder_hidden_size=128,
        mask_downsampler_embed_dim=128,
        memory_fuser_embed_dim=128,
        memory_fuser_intermediate_dim=64,
    )
    torch.manual_seed(0)
    made = tmp_path_factory.mktemp("sam2")
    transformers.Sam2VideoModel(config).save_pretrained(made)
    return made


@pytest.fixture(scope="module")
def network(folder):
    return Sam2Network(folder, CPU, SIDE)


def picture(k: int) -> np.ndarray:
    (frame,) = DiscFilm().frames_at((k / 25,))
    return frame


def disc(k: int) -> torch.Tensor:
    return torch.from_numpy(DiscFilm().truth_at(k / 25)).float()


@torch.inference_mode()
def test_frame_by_frame_it_answers_as_transformers_does_with_the_whole_video(network):
    """What is thrown away on the way was of no use."""
    count = network.reach + 6
    finder = Sam2Finder(network)
    for place in (2, 5):
        finder.remember(place, picture(place), disc(place))
    ours = [finder._run(place, picture(place), backwards=False) for place in range(6, count)]

    video = torch.cat([network.pixels(picture(k)) for k in range(count)])
    whole = transformers.Sam2VideoInferenceSession(video, SIDE, SIDE, dtype=torch.float32)
    whole.obj_id_to_idx(1)
    for place in (2, 5):
        mask = torch.nn.functional.interpolate(disc(place)[None, None], (SIDE, SIDE), mode="bilinear", antialias=True)
        whole.add_mask_inputs(0, place, (mask > 0.5).float())
        whole.obj_with_new_inputs = [1]
        network.model(whole, frame_idx=place)
    theirs = list(network.model.propagate_in_video_iterator(whole, start_frame_idx=6))
    assert len(theirs) == len(ours) == count - 6
    for (logits, score), answer in zip(ours, theirs, strict=True):
        torch.testing.assert_close(logits, answer.pred_masks[0, 0])
        assert score == pytest.approx(float(answer.object_score_logits))
    assert ours[0][0].std() > 0


def test_it_keeps_the_contract_and_nothing_grows(network):
    made = []

    class Watched(Sam2Finder):
        def __init__(self) -> None:
            super().__init__(network)
            made.append(self)
            self.held: list[int] = []

        def _run(self, *args, **options):
            answer = super()._run(*args, **options)
            outputs = self._session.output_dict_per_obj[0]
            assert all("high_res_masks" not in known for kind in outputs.values() for known in kind.values())
            assert not self._session.processed_frames
            assert not self._session.cache._vision_features
            self.held.append(len(outputs["non_cond_frame_outputs"]))
            return answer

    film, marks = DiscFilm(), [on_disc(0.2), on_disc(0.4)]
    times = [k / 25 for k in range(140)]
    tracker = KeyFrameTracker(SeesColours(), Watched, network.name)
    steps = [step for step in tracker.track(film, times, marks) if isinstance(step, Tracked)]
    assert sorted(step.time for step in steps) == times
    assert all(step.mask.shape == (144, 256) and 0.0 <= step.certainty <= 1.0 for step in steps)
    # Marks are never overruled.
    for mark in marks:
        (there,) = (step for step in steps if step.time == mark.time)
        assert there.certainty == 1.0
        small = there.mask[1::3, 1::3][:HEIGHT, :WIDTH]
        truth = film.truth_at(mark.time)[: small.shape[0], : small.shape[1]]
        assert (small & truth).sum() > 0.7 * truth.sum()
    (finder,) = made
    assert max(finder.held) == network.reach < len(finder.held)
    assert film.open == 0
    assert "sees colours 1" in tracker.key
    assert network.name in tracker.key


def test_it_is_used_where_it_is_and_recognised_by_its_keys(folder, monkeypatch):
    assert identify(folder).role is Role.TRACKER
    monkeypatch.setattr(sam2, "SIDES", {"cpu": SIDE})
    assert [fault for fault in faults(folder) if isinstance(fault, str)] == []
    monkeypatch.setattr(finders, "find_weights", lambda: folder)
    assert finders.make_tracker().key.startswith("sam 2.1, 64 pixels")
    monkeypatch.setattr(finders, "find_weights", lambda: None)
    assert finders.make_tracker().key.startswith("features")


def test_what_is_not_whole_or_could_run_code_is_refused(folder, tmp_path, monkeypatch):
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    tensors = load_file(folder / "model.safetensors")
    torch.save(tensors, tmp_path / "pytorch_model.bin")
    with pytest.raises(SeparationError, match=r"holds no model\.safetensors"):
        Sam2Network(tmp_path, CPU, SIDE)
    del tensors["memory_temporal_positional_encoding"]
    save_file(tensors, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(SeparationError, match="cannot be read as SAM"):
        Sam2Network(tmp_path, CPU, SIDE)
    (tmp_path / "config.json").write_text('{"model_type": "sam2_video", "image_size": "large"}')
    with pytest.raises(SeparationError, match="cannot be read as SAM"):
        Sam2Network(tmp_path, CPU, SIDE)
    monkeypatch.setattr(sam2, "has_transformers", lambda: False)
    with pytest.raises(SeparationError, match=r"pip install \"samstudio\[video\]\""):
        Sam2Network(folder)
