"""Areas in time and frequency over the spectrograms: tools, what is being drawn, the selected area."""
