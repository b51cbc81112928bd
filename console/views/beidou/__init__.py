"""The satellite terminal: when its card may send next, what waits in which order, what became of what was sent."""
