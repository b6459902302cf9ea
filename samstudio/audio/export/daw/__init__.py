"""Projects for DAWs: the exported files as tracks, in a DAWproject and a REAPER project."""
