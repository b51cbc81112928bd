"""Roads as a graph: read from a file, cut by closures, asked for the shortest time. No Qt. Positions are WGS 84 degrees."""
