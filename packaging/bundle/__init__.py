"""What `packaging/build.py` computes: the plan of a build, what is left out, the licences, and each system's files."""
