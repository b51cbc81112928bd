"""The roads workspace: what is closed, where, why, since when and by whose word; and what a straight line passes over."""
