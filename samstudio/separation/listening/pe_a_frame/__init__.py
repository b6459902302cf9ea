"""PE-A-Frame: hears any text, with weights that the user adds."""
