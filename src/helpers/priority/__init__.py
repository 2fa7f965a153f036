"""Which validated segments come first, and what to do about them."""
