"""A special sound that only its name tells of: found roughly by its structure, without any span."""

from samstudio.separation.engine import SeparationError
from samstudio.separation.marks import Marks
from samstudio.separation.spectral.material import Piece
from samstudio.separation.spectral.special.hum import find_hum_anywhere
from samstudio.separation.spectral.special.impulses import Impulses, has_impulses
from samstudio.separation.spectral.special.recognise import HUM_SCALE, IMPULSE_SCALE, Treatment
from samstudio.separation.spectral.special.steady_noise import find_noise_anywhere
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

NO_IMPULSES = "There is hardly any click or crackle in this clip: mark a + span where you hear it."
NO_NOISE = "There is hardly any steady noise in this clip: mark a + span where it is heard, best where nothing else is."


def find_by_word(kind: str, grid: StftGrid, pieces: list[Piece], everywhere: Marks) -> Steps[Treatment]:
    """The treatment for a `named_kind`, learned from the whole clip (`everywhere` marks all of it +).

    Raises SeparationError if the sound is not there.
    """

    def scaled(scale: float) -> StftGrid:
        return StftGrid(grid.sample_rate, grid.device, scale)

    yield
    if kind == "impulses":
        impulses = Impulses(scaled(IMPULSE_SCALE))
        # Of a long clip only some is looked at, and a single click may be anywhere.
        seconds = sum(piece.sound.shape[1] for piece in pieces) / grid.sample_rate
        is_whole = seconds > 0.99 * sum(end - start for start, end in everywhere.plus)
        if is_whole and not (yield from has_impulses(impulses, pieces)):
            raise SeparationError(NO_IMPULSES)
        return impulses
    if kind == "noise":
        noise = find_noise_anywhere(grid, pieces, everywhere)
        if noise is None:
            raise SeparationError(NO_NOISE)
        return noise
    hum = yield from find_hum_anywhere(scaled(HUM_SCALE), pieces)
    if hum is None:
        raise SeparationError("There is hardly any mains hum in this clip: mark a + span where you hear it.")
    return hum
