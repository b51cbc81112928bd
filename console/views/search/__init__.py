"""Going to a place or a thing by its name, as one types."""
