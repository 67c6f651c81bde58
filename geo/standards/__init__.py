"""Rules as data, with citations."""
