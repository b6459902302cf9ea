"""Run inside a bundle (`samstudio -c`): whether the two exported files sum to the demo recording, sample for sample."""

import sys
from pathlib import Path

import numpy as np
import soundfile

from samstudio.assets import asset

stems = [soundfile.read(path, dtype="float32", always_2d=True)[0] for path in sorted(Path(sys.argv[1]).glob("*.wav"))]
clip = soundfile.read(asset("demo/demo.flac"), dtype="float32", always_2d=True)[0]
peaks = [float(np.abs(stem).max()) for stem in stems]
print(f"{len(stems)} files, peaks {', '.join(f'{peak:.3f}' for peak in peaks)}")
if len(stems) != 2 or min(peaks) == 0.0 or not np.array_equal(stems[0] + stems[1], clip):
    sys.exit("the exported files do not sum to the recording")
print("they sum to the recording sample for sample")
