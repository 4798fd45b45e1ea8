"""Power cuts at every byte of every write, against the stores as they are and against mutants that must be caught."""
