"""Quarter after quarter: what was claimed before and what became of it, and what moved."""
