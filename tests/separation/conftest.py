"""One thread for networks so small that sharing them out takes longer; SAMSTUDIO_TORCH_THREADS asks for more.

What the tests assert holds with any number of threads.
"""

import os

import pytest
import torch

THREADS = int(os.environ.get("SAMSTUDIO_TORCH_THREADS", "1"))


@pytest.fixture(scope="session", autouse=True)
def _torch_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    yield
    torch.set_num_threads(before)
