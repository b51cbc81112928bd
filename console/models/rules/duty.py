"""Which units are free and which are at work: one rule for the list, the routes and the wall."""

from __future__ import annotations

BUSY = ("dispatched", "enroute", "onscene", "transporting", "hospital")
"""Of `kinds.UNIT_STATUSES`: it does what somebody needs."""
OPEN = ("assigned", "acknowledged", "started")
"""Of `kinds.TASK_STATES`: an order that it still has to do."""
ON_CALL = ("available", "returning", "")
"""It could be sent elsewhere; "" is one that never said how it is."""


def is_free(status: str, task_state: str) -> bool:
    """It said so itself, and has no order open. `task_state`: of the newest task, "" without one."""
    return status == "available" and task_state not in OPEN


def is_at_work(status: str, task_state: str) -> bool:
    """By its word, or by an order that is open. A unit may be neither: out of service, or on its way back."""
    return status in BUSY or task_state in OPEN


def can_be_sent(status: str, task_state: str) -> bool:
    """Free, on its way back or never heard of, and without an open order: worth a look when somebody must go."""
    return status in ON_CALL and task_state not in OPEN
