"""Conversations, tickets and messages as rows, and what decisions ask for beside them."""
