"""The acts of the outage drill, in the order of the story. Each has a TITLE and `play(stage)`."""
