"""Which groups of customers are really better."""
