"""Ready to go offline: what to look at before leaving for the field, and the button that mends it."""
