"""Plotting (标绘): shapes with a meaning drawn on the map, by hand and by keyboard, shared live, undone, versioned in time."""
