"""More maps and the wall screen: windows beside the main one, on the same context."""
