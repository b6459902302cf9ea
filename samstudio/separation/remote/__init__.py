"""Other processes and other machines: connections, workers, and engines that run there. Needs the extra `cluster`.

dask.distributed carries all of it. Whoever can connect to a scheduler can run code on its workers: so connections are
encrypted and both sides show a certificate, or they stay on this machine.
"""
