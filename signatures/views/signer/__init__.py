"""What only a signer sees: behind a secret in the address, kept nowhere."""
