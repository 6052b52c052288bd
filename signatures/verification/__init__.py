"""How signers show who they are: one file for each method, and the level that proofs add up to."""
