"""A special sound that only its name tells of: found roughly by its structure, without any span."""

from samstudio.separation.engine import SeparationError
from samstudio.separation.marks import Marks
from samstudio.separation.spectral.material import Piece
from samstudio.separation.spectral.special.hum import find_hum
from samstudio.separation.spectral.special.impulses import Impulses
from samstudio.separation.spectral.special.recognise import HUM_SCALE, IMPULSE_SCALE, Treatment
from samstudio.separation.spectral.special.steady_noise import learn_noise
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid


def find_by_word(kind: str, grid: StftGrid, pieces: list[Piece], everywhere: Marks) -> Steps[Treatment]:
    """The treatment for a `named_kind`, learned from the whole clip (`everywhere` marks all of it +).

    Raises SeparationError if the sound is not there.
    """

    def scaled(scale: float) -> StftGrid:
        return StftGrid(grid.sample_rate, grid.device, scale)

    yield
    if kind == "impulses":
        return Impulses(scaled(IMPULSE_SCALE))
    if kind == "noise":
        return learn_noise(grid, pieces, everywhere)
    hum = yield from find_hum(scaled(HUM_SCALE), pieces, everywhere, named=True)
    if hum is None:
        raise SeparationError("No mains hum was found in this clip; mark a + span where you hear it.")
    return hum
