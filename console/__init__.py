"""Fengsui 烽燧: the operator console for emergency command that keeps working when nothing else does."""

__version__ = "0.1.0"
