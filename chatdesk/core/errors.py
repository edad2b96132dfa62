"""Everything that can go wrong on purpose, as one tree.

DeskError            a refusal: a code for programs, a sentence for people
  Unsure             nothing is wrong: it is asked first, and an offer says it for certain
  NotFound           there is no such ticket, message, command
  NotAllowed         this person may not do that
  NotNow             the ticket's state forbids it; the sentence says what is allowed
  Invalid            fields of a form, each with its sentence
DeliveryError        how a channel failed to deliver
  TryLater           wait `after` seconds and try again
    Shut             a room, or all of a service, takes nothing until a person mends that
  Unreachable        this person cannot be reached there (blocked, gone)
  Rejected           the service refuses this message for good
    Gone             the message that it changes, or the thread that it belongs to, is there no more
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatdesk.core.events import Event
from chatdesk.core.messages import Button


class DeskError(Exception):
    code = "refused"

    def __init__(self, sentence: str, *offers: Button, noted: Sequence[Event] = ()) -> None:
        """`offers`: what the person may do instead; `noted`: what goes into the log all the same."""
        super().__init__(sentence)
        self.sentence = sentence
        self.offers = offers
        self.noted = noted


class Unsure(DeskError):
    code = "unsure"


class NotFound(DeskError):
    code = "not_found"


class NotAllowed(DeskError):
    code = "not_allowed"


class NotNow(DeskError):
    code = "not_now"


class Invalid(DeskError):
    code = "invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in fields.items()))
        self.fields = dict(fields)


class DeliveryError(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TryLater(DeliveryError):
    def __init__(self, why: str, after: float | None = None, perhaps_done: bool = False) -> None:
        """`after`: seconds the service asked for; `perhaps_done`: the answer was lost, so it may have been sent."""
        super().__init__(why)
        self.after = after
        self.perhaps_done = perhaps_done


class Unreachable(DeliveryError):
    pass


class Rejected(DeliveryError):
    pass


class Shut(TryLater):
    def __init__(self, why: str, after: float, error: str) -> None:
        """`error`: the service's own name of it."""
        super().__init__(why, after)
        self.error = error


class Gone(Rejected):
    pass
