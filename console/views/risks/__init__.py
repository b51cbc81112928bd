"""The risk workspace: what threatens where, by urgency, why, and what is to be done about it."""
