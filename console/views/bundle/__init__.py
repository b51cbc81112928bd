"""Bundles from the window: make one for a peer, look into one and take it. The peer does the work; here it is asked for and watched."""
