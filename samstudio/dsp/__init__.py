"""Pure numpy arithmetic on sound."""
