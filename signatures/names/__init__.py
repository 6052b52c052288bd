"""A name by itself: cleaned, folded for searches, compared by look and sound."""
