"""Areas in time and frequency: the tools, and what is done with the selected area."""
