"""The incidents workspace: list, facts, who works on it, timeline, and what an operator writes about it."""
