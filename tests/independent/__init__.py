"""A second computation of a run's tables, from the docs, in other code: no module imports geo.

Plain Python over fractions and rows, where the package has arrays; shapely's predicates, an
equal-area plane and a heap's shortest ways, where it has closed forms, overlays and SciPy.
`tests/test_independent.py` compares both on the demo and on small random projects.
"""
