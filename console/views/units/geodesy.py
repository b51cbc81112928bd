"""Distances as a person reads them. No Qt."""

from __future__ import annotations


def distance_text(metres: float) -> str:
    """Kilometres with as many places as a person can use."""
    km = metres / 1000
    return f"{km:.2f}" if km < 10 else f"{km:.1f}" if km < 100 else f"{km:,.0f}"
