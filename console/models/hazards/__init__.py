"""From readings to risk: thresholds, the chain rainstorm -> flash flood -> debris flow, hysteresis. No Qt, no files but the rules, no clock.

Everything is a function of the readings up to an instant and of what was said of a risk before. Grades 0 to 4 (4 the gravest) are used
within; levels (1 red to 4 blue, 0 none) in events and tables.
"""
