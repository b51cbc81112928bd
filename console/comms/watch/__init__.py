"""The watch over thresholds: a node and a console each judge the readings they hold, all the time, and write what nobody has written yet.

One rule keeps many of them from talking at once: **only what the table `risk` does not say already is written.** Whoever knows first writes; a
grave change goes out at once, and whoever stands further from the place (a console under a node that is there, a node for an area below
its own) waits a little for who stands closer. A peer that heard less does not lower what one that heard more has written.
"""
