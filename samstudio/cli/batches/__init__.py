"""What a batch has done already, and what another batch on the same folder is doing."""
