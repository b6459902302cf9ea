"""From samples and prompt to stems, stage by stage."""
