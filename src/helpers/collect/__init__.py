"""Raw exports → checked canonical tables → one row per customer."""
