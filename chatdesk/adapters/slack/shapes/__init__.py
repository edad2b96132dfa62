"""What the desk reads of Slack's payloads, and of which kind each thing is: checked before it is read. Pure.

All else in a payload may be anything, now and in the future.
"""

from chatdesk.adapters.slack.shapes.basics import Raw, Shape, check, part, seconds_of

__all__ = ["Raw", "Shape", "check", "part", "seconds_of"]
