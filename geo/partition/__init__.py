"""A project cut into parts of whole parks, worked out anywhere, put together again.

`spread` reads the parcels once, in batches, and lays them out by park; `closure` finds what each
part needs beside its own parcels; `run` works out a part; `whole` puts the parts together.
"""
