"""Public records that signers point at: for vetters to read, never a proof, never public."""
