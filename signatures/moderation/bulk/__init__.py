"""Finding many signatures by one query, and removing or holding them as one deed."""
