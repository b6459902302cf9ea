"""A short, always equal slice of benchmarks/fuzz.py: damaged files of every kind crash nothing and hang nothing."""

import sys

import pytest

from tests.fuzz.campaign import Campaign

CASES = 120


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux does")
def test_damaged_files_are_read_or_refused_in_a_sentence(tmp_path):
    # A busy machine may take its time: what takes long by itself is found by the benchmark.
    results = list(Campaign(tmp_path, seconds=60.0).run(range(CASES)))
    assert [result for result in results if result.fault] == []
    assert len({result.kind for result in results}) == 8
