"""Where an operator writes something: the outcome is shown at the place of entry, and what was typed is never lost."""
