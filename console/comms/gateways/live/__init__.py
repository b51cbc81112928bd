"""Sources that are always open: a broker, a folder that others drop files into, lists of earthquakes. `Station` runs and supervises them.

Each source has a thread of its own. What it takes is an event in this peer's journal, synced to disk, before it is acknowledged to where it came
from or its file is moved: a kill at any moment loses nothing, and what comes twice changes nothing.
"""
