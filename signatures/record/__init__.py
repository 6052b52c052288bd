"""The record of a letter: an append-only, signed log that anyone can check.

Everything that happens to a signature becomes one leaf (`leaf`) of a Merkle tree (`merkle`,
`proofs`). What a leaf says about a person is only a salted hash (`commitment`). The tree is kept
and served as tiles (`tiles`); its size and root are signed (`checkpoint`, `notes`, `keys`).

The formats are public ones: RFC 6962 hashing, C2SP tlog-tiles, tlog-checkpoint and signed-note
with Ed25519.
"""
