"""The map on paper: a sheet with title, legend of what is on it, scale, grid, datum, approval number and times, as PDF and PNG."""
