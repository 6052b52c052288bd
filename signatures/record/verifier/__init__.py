"""What strangers check a record with: one file that stands alone and is served as it is."""
