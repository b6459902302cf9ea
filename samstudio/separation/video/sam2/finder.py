"""SAM 2.1 as a `Finder`, a key frame at a time: the network of transformers, the masks of marks as its conditions.

Ravi et al., "SAM 2: Segment Anything in Images and Videos", 2024. S is the side of the square in which it sees a frame.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from huggingface_hub.errors import StrictDataclassError
from torch import Tensor
from torch.nn import functional

from samstudio.separation.devices import choose_device
from samstudio.separation.engine import SeparationError
from samstudio.separation.models.files import SAFETENSORS_FILE
from samstudio.separation.video.contract import Picture
from samstudio.separation.video.sam2.weights import MISSING, has_transformers
from samstudio.separation.video.tracking.finder import Judge, KeyMask
from samstudio.separation.video.tracking.frames import resized

SIDES = {"cuda": 1024, "cpu": 512}
"""S by the kind of device: on a CPU a frame takes half a second at 512 pixels, and four times as long at 1024."""
MOST_MARKS = 8
"""Marks that a frame is compared with, the nearest ones: all are kept, but the time grows with each."""
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's pixels."""
_STRIDES = (4, 8, 16)
"""Pixels to a place of the features."""
_MARGIN = 1.0
"""Logits by which the threshold is moved to see how stable a mask is."""
_OBJECT = 1
_UNREADABLE = "{} cannot be read as SAM 2.1: download it again."


class Sam2Network:
    """The network, which many films share. Not for several threads at once."""

    def __init__(self, folder: Path, device: torch.device | None = None, side: int | None = None) -> None:
        """`folder` holds config.json and model.safetensors. Raises SeparationError."""
        if not has_transformers():
            raise SeparationError(MISSING)
        if not (folder / SAFETENSORS_FILE).is_file():
            raise SeparationError(f"{folder} holds no {SAFETENSORS_FILE}: other files may run code and are not read.")
        transformers: Any = import_module("transformers")
        # Whoever loads it tells of progress and faults.
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        self.device = device or choose_device("auto", apple=False)
        self.side = side or SIDES[self.device.type]
        state = (folder / SAFETENSORS_FILE).stat()
        self.name = f"sam 2.1, {self.side} pixels, {state.st_size} {state.st_mtime_ns}"
        try:
            config = transformers.Sam2VideoConfig.from_pretrained(folder, local_files_only=True)
            _resize(config, self.side)
            model, read = transformers.Sam2VideoModel.from_pretrained(
                folder,
                config=config,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, StrictDataclassError) as error:
            raise SeparationError(_UNREADABLE.format(folder)) from error
        # What is missing would be made up.
        if read["missing_keys"] or read["mismatched_keys"]:
            raise SeparationError(_UNREADABLE.format(folder))
        self.model: Any = model.eval().to(self.device)
        # All masks that are found in a frame of memory, and all pointers: what is older is never asked for.
        self.reach = max(config.num_maskmem, config.max_object_pointers_in_encoder)

    def pixels(self, picture: Picture) -> Tensor:
        """(1, 3, S, S), normalised."""
        whole = torch.from_numpy(np.array(picture)).to(self.device).permute(2, 0, 1)[None].float() / 255
        size = (self.side, self.side)
        square = functional.interpolate(whole, size, mode="bilinear", antialias=True, align_corners=False)
        mean, deviation = (torch.tensor(values, device=self.device)[:, None, None] for values in (_MEAN, _DEVIATION))
        return (square - mean) / deviation


class Sam2Finder:
    """See `Finder`: what it holds does not grow with the film."""

    def __init__(self, network: Sam2Network) -> None:
        self._network = network
        self._session: Any = import_module("transformers").Sam2VideoInferenceSession(
            video_height=network.side, video_width=network.side, inference_device=network.device, dtype=torch.float32
        )
        self._session.obj_id_to_idx(_OBJECT)

    def remember(self, place: int | None, picture: Picture, mask: Tensor) -> None:
        """See `Finder`; a mark outside of what is followed through is left out, for its distance means nothing."""
        if place is not None:
            square = (resized(mask, self._network.side, self._network.side) > 0.5).float()
            self._session.add_mask_inputs(0, place, square[None, None])
            self._session.obj_with_new_inputs = [_OBJECT]
            self._run(place, picture, backwards=False)

    def walk(self, start: KeyMask, *, backwards: bool) -> Judge:  # noqa: ARG002
        """See `Finder`: what the walk before has found is forgotten."""
        self._found.clear()

        def judge(place: int, picture: Picture, carried: Tensor) -> KeyMask:
            logits, score = self._run(place, picture, backwards=backwards)
            if score <= 0 or not bool((logits > 0).any()):
                return KeyMask(torch.zeros_like(carried), 0.0)
            mask = (resized(logits, *carried.shape) > 0).float()
            stability = int((logits > _MARGIN).sum()) / max(1, int((logits > -_MARGIN).sum()))
            return KeyMask(mask, float(torch.tensor(score).sigmoid()) * stability)

        return judge

    @property
    def _found(self) -> dict[int, dict[str, Any]]:
        """What was found in frames without a mark, by their places."""
        found: dict[int, dict[str, Any]] = self._session.output_dict_per_obj[0]["non_cond_frame_outputs"]
        return found

    @torch.inference_mode()
    def _run(self, place: int, picture: Picture, *, backwards: bool) -> tuple[Tensor, float]:
        """Logits (S / 4, S / 4) of the mask in the frame of a place, and of the object being there at all."""
        session = self._session
        pixels = self._network.pixels(picture)
        answer = self._network.model(session, frame=pixels, frame_idx=place, reverse=backwards)
        # The session would keep every frame, and every mask at full size.
        session.processed_frames.clear()
        session.cache.clear_all()
        session.frames_tracked_per_obj[0].clear()
        session.mask_inputs_per_obj[0].clear()
        for known in session.output_dict_per_obj[0].values():
            known.get(place, {}).pop("high_res_masks", None)
        while len(self._found) > self._network.reach:
            self._found.pop(next(iter(self._found)))
        return answer.pred_masks[0, 0].float().cpu(), float(answer.object_score_logits.flatten()[0])


def _resize(config: Any, side: int) -> None:
    """Let a network see frames in a square of that side."""
    config.image_size = config.prompt_encoder_config.image_size = side
    config.vision_config.backbone_config.image_size = [side, side]
    config.vision_config.backbone_feature_sizes = [[side // stride] * 2 for stride in _STRIDES]
    config.memory_attention_rope_feat_sizes = [side // _STRIDES[-1]] * 2
    config.max_cond_frame_num = MOST_MARKS
