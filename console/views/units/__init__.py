"""The units workspace: who there is, what they do, how long ago they were heard, and the tasks given to them."""
