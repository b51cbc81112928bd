"""Faults of the environment: told to a person with the place and the remedy, never a traceback."""

from __future__ import annotations

EXIT_NOT_WELL = 1
EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3
EXIT_REFUSED = 4


class Fault(Exception):
    """Something a person can mend. The message says what, where, and what to do."""

    exit_code = EXIT_ENVIRONMENT


class UsageFault(Fault):
    exit_code = EXIT_USAGE


class RefusedFault(Fault):
    """Another peer said no."""

    exit_code = EXIT_REFUSED
