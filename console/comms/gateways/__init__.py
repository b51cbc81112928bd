"""What other systems recorded, turned into this system's events: GPX, AIS, CAD exports, CAP alerts, scenarios.

Every reader answers with a `Recording`: moments in time order, and a ledger of all that was not used, by reason and line.
"""
