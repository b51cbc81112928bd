"""The monitoring workspace: every gauge by how far it can be believed, and what gauges read over any time, drawn.

Without Qt: `presenter` (the list and the card), `drafts` (what is written), `scope` (the time shown), `shelf` (readings kept between two
looks), `plan` (what goes into which plot, in which style), `envelope` (curves as pixels), `csvfile` (what is taken away as numbers).
With Qt: `panel`, `forms`, and what needs pyqtgraph and is loaded when the panel is first seen: `chart`, `canvas`, `axes`, `multiples`.
"""
