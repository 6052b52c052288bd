"""Files that spreadsheets save, read row by row: what is in them, and what went wrong with it.

Knows nothing of what the rows are for; a room that takes such a file says which columns it reads.
"""
