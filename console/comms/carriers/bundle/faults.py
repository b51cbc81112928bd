"""What can be wrong with a bundle: each says which file, which place in it, and what to do."""

from __future__ import annotations

from pathlib import Path

from console.errors import EXIT_NOT_WELL, EXIT_REFUSED, Fault

COPY_AGAIN = "Copy it again from where it was made, or have the bundle made anew."
NOTHING, SOME = "Nothing of this file was taken.", "What was taken of it before is sound and kept."


class DamagedFault(Fault):
    """Altered, cut short, or no bundle at all. `place`: the event (peer, topic, number) or the part that is not as it was made."""

    exit_code = EXIT_NOT_WELL

    def __init__(self, path: Path, place: str, *, begun: bool = False) -> None:
        """`begun`: it happened after the whole file was checked, while it was taken."""
        super().__init__(f"{path}: {place} was altered or damaged. {SOME if begun else NOTHING} {COPY_AGAIN}")
        self.path, self.place = path, place


class UnreadableFault(Fault):
    """Whole perhaps, but not for us or not from anybody we believe."""

    exit_code = EXIT_REFUSED

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")


class Cancelled(Fault):
    """Whoever asked thought better of it."""

    exit_code = EXIT_NOT_WELL

    def __init__(self) -> None:
        super().__init__("it was stopped. What was taken until then is kept; the same bundle can be taken again.")
