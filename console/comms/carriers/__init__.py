"""Carriers: the ways by which events reach another peer beside the session over a network."""
