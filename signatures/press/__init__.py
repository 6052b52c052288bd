"""What readers and journalists use: the list of signatories and the search in it."""
