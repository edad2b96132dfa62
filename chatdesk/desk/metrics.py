"""What Prometheus reads at `/metrics`."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

MESSAGES_IN = Counter("chatdesk_messages_in_total", "Messages and button presses received", ["channel"])
MESSAGES_OUT = Counter("chatdesk_messages_out_total", "Deliveries by outcome", ["channel", "state"])
RECEIVED_TO_SENT = Histogram(
    "chatdesk_received_to_sent_seconds",
    "From the arrival of what caused a message to its acceptance by the service",
    ["channel"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
QUEUE_DEPTH = Gauge("chatdesk_outbox_pending", "Deliveries that wait or are being made")
OLDEST_UNSENT = Gauge("chatdesk_outbox_oldest_seconds", "Age of the oldest delivery that waits")
PARKED = Gauge("chatdesk_parked", "Inputs that could not be processed and wait for a person")


# A series is looked up once: prometheus_client takes a lock and makes texts of the labels each time.
messages_in = cache(MESSAGES_IN.labels)
messages_out = cache(MESSAGES_OUT.labels)
received_to_sent = cache(RECEIVED_TO_SENT.labels)
