"""Stand-ins for the servers of Telegram and Slack, as strict as the originals.

They are what the tests and the demo talk to, over HTTP and WebSocket. They import nothing from the
rest of chatdesk, so that two independent readings of each service's documentation meet on the wire.
`docs/emulators.md` describes how to drive them.
"""
