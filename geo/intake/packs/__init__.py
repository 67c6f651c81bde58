"""An office's published table of requirements made into a draft of a rule pack, cell by cell."""
