"""A batch's manifest, its journal of finished rows, and the locks that keep two batches on one folder apart."""
