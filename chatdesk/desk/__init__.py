"""The desk itself: transactions, the outbox, the relay, timers. It knows channels only by their protocol."""
