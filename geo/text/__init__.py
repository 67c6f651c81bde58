"""What mujun says: ids and arguments in the code, sentences in the catalogues `zh.toml`, `en.toml`.

- `Message("project.missing", file="mujun.toml")` is a sentence not yet in a language. Its words
  stand in both catalogues under `[project]`, `missing = "…{file}…"`. A hole takes a Python format
  (`{area:,.2f}`); a brace of the sentence itself is written twice. A word that goes with a number
  is a hole of two forms, that of 1 before all others': `{n:,} {n:parcel lies|parcels lie} outside`.
- `Text(zh, en)` is a text that comes with data: the title of a pack, a plan, a method.
- `Wording` is what both are: `.zh`, `.en`, `wording(lang)`. A Message's arguments may be Wordings.
- `join`, `bracket`, `colon`, `quote`, `within` put Wordings together, each language by its own punctuation.

Both catalogues hold the same ids with the same holes (a test looks). The table `[client]` is the
map page's: `python -m geo.publish.webmap.build` hands it to the client as JSON, and its holes are
filled by the client. The table `[paper]` is that of the templates of atlas and card. Titles of columns, layers, result tables and indicators stand where those are
declared, and what packs, methods and plans say stands in their own files.
"""

from geo.text.as_json import from_json, to_json, wording_from_json
from geo.text.catalogue import CJK, LANGUAGES, Lang, catalogue, client_words, words_of
from geo.text.message import EMPTY, Argument, Message, Text, Value, Wording, fill
from geo.text.punctuation import Joined, bracket, colon, join, quote, within

__all__ = [
    "CJK",
    "EMPTY",
    "LANGUAGES",
    "Argument",
    "Joined",
    "Lang",
    "Message",
    "Text",
    "Value",
    "Wording",
    "bracket",
    "catalogue",
    "client_words",
    "colon",
    "fill",
    "from_json",
    "join",
    "quote",
    "to_json",
    "within",
    "wording_from_json",
    "words_of",
]
