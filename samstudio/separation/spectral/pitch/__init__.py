"""The target's pitch as evidence: where its harmonics are, and whether there is anything of it between them."""
