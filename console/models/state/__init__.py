"""State: the tables derived from events, and the rules that derive them.

Two sorts of table. *State tables* hold the present of each thing (later author hlc wins, field by field); a keyframe saves
them. *Log tables* only grow and carry an hlc in every row, so an instant of them is `WHERE hlc <= ?`.
"""
