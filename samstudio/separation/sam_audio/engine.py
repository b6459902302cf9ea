"""SAM Audio as an engine: any rate, any number of channels, any length in; stems of the same shape out."""

from collections.abc import Generator

import torch

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.devices import choose_device
from samstudio.separation.engine import SeparationError, SeparationRequest, Step, UnavailableError
from samstudio.separation.models.store import resolve_model
from samstudio.separation.registry import engine_info
from samstudio.separation.sam_audio.pipeline.excerpt import excerpt
from samstudio.separation.sam_audio.pipeline.separation import Separation
from samstudio.separation.sam_audio.runtime.memory_budget import precision
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.settings import SamAudioSettings
from samstudio.separation.sam_audio.settings_table import NAME

WINDOW_FRAMES, OVERLAP_FRAMES = 500, 100
"""20 s, within what the model was trained on, and 4 s."""


class SamAudioEngine:
    """Keeps the last model it used, so that the next separation begins at once."""

    def __init__(
        self,
        window: int = WINDOW_FRAMES,
        overlap: int = OVERLAP_FRAMES,
        dtype: torch.dtype | None = None,
        cache: ClipCache | None = None,
    ) -> None:
        """The longest window and the least overlap, in latent frames; `dtype` None: what the device does fastest.

        `cache` None: nothing is kept from one request to the next.
        """
        self._window, self._overlap, self._dtype = window, overlap, dtype
        self._cache = cache or ClipCache(0)
        self._model: Model | None = None

    def separate(self, request: SeparationRequest) -> Generator[Step, None, None]:
        """Yield progress, notices and finished chunks; see `Engine`. Raises SeparationError."""
        request.check_length()
        model = self._load(request)
        part = excerpt(request, model.config.audio_codec, self._overlap)
        yield from Separation(part, model, self._window, self._overlap, self._cache).run()

    def _load(self, request: SeparationRequest) -> Model:
        """The model that the settings name. Raises UnavailableError."""
        info = engine_info(NAME)
        missing = info.missing_part(request.settings.options)
        if missing is not None:
            raise UnavailableError(info.missing_sentence(missing))
        device = choose_device(request.settings.device)
        try:
            wanted = (
                resolve_model(SamAudioSettings.of(request.settings.options).model),
                device,
                self._dtype or precision(device),
            )
            if self._model is None or not self._model.is_of(*wanted):
                # The memory of the previous model is freed before the next one is loaded.
                self._model = None
                self._model = Model(*wanted)
        except SeparationError as error:
            raise UnavailableError(str(error), error.way_on, error.in_window) from error
        return self._model
