"""A back end for demonstrations and tests: synthetic residents with lives behind every shipped service."""
