"""The log: who did what in which order, in a folder of static files (docs/log-format.md). It knows nothing of payments."""
