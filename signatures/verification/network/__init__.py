"""How strangers' hosts are named, resolved and read, with limits on all of it."""
