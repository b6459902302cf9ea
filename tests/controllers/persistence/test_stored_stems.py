import numpy as np

from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.storage.session_folder import StoredStem


def test_samples_are_known_by_their_file_as_long_as_they_live(tmp_path):
    stored = StoredStems()
    kept, gone = np.zeros((4, 1), np.float32), np.ones((4, 1), np.float32)
    stored.add([StoredStem(tmp_path / "a", kept), StoredStem(tmp_path / "b", gone)])
    assert [(stem.path.name, stem.samples[0, 0]) for stem in stored.all()] == [("a", 0.0), ("b", 1.0)]
    del gone
    (left,) = stored.all()
    assert left.samples is kept
