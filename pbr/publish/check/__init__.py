"""Check it yourself: the log that a site carries, and the verifier that runs on it in the reader's own browser."""
