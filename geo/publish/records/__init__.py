"""What is said of a parcel, a park or an enterprise, made once from a run in the reader's language.

- `parcel.ParcelRecords`, `park.park_records`, `enterprise.enterprise_record` make frozen records;
  `subjects.explain` finds the one that a word means.
- Units, limits, comparisons, rounding and words are resolved here (`numbers`, and the lines of
  `rules`, `zones`, `targets`, `grades`, `land`), so that terminal, JSON, map, paper card, atlas and
  report only lay a record out and cannot say otherwise than each other.
"""
