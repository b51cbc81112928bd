"""Areas, distances and what lies within them, on the earth. No Qt. Positions are WGS 84 degrees, lengths metres."""
