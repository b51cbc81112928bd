"""The window: composes the panels, the link to this machine's own peer, background reading, themes, banner and palette."""
