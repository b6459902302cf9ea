"""Model weights of any engine: the catalogue, the store on disk, downloading, checking."""
