"""What is within an area, near a line, or some minutes from here."""
