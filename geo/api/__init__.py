"""Functions of one measure over anybody's frame; each is exported as `geo.NAME`."""
