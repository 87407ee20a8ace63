"""What was bought, achieved and paid as an OCDS 1.1.5 release package, with the metrics, performance failures and United Kingdom extensions."""
