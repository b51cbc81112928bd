"""Readings of sensors out of what others write: rows of a table, JSON of a broker. What a column or a path means is a mapping file.

Pure but for opening a file: `form` has the mapping, `facts` turns one record into readings, `table` reads files of rows, `message` a payload.
"""
