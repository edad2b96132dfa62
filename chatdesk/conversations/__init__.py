"""The conversation manager: tickets, what happens to them, and what is said about it."""
