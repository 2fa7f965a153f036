"""What each customer is worth and how it is served: raw rows to one row per customer."""
