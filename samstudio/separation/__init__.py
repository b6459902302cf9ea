"""Prompt + clip -> stems. torch lives here and only here."""

import os

# Read when torch is imported: what Apple's cards cannot do, operation by operation, the CPU does.
os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
