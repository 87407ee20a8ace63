"""Forms of payment: each is a module that lowers its words to named steps of ordinary operations."""
