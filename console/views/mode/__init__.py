"""平急结合: whether an area is in routine or emergency mode, who switched it, when and why."""
