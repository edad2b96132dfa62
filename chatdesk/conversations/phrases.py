"""Every sentence that a customer reads, by id and language. Agents read English, beside what they do.

The word for them that people read is "user".
"""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "greeting": "Hello {name}! This is the help desk. Describe what you need in your own words, or choose:",
    "button.ask": "Ask a question",
    "button.report": "Report a problem",
    "button.tickets": "My tickets",
    "ask": "Go ahead: ask in one message or in several. You get a ticket number at once.",
    "report": "What does not work? Say which service it is, what you did, and what you saw. "
    "You get a ticket number at once.",
    "new": "Write your question: it gets a ticket of its own.",
    "help": "Write what you need, and people of the help desk answer here.\n\n"
    "/new - ask something new, beside the ticket that is open; you may write it behind the command\n"
    "/tickets - your tickets and how they stand\n"
    "/end - end the ticket we are talking about, or another one by its number\n"
    "/start - hello, and buttons to begin with\n"
    "/help - this list\n\n"
    "Whatever else you write goes to your current ticket; {mark} says that it has been received.",
    "status.new": "Ticket #{number}: {title}\n\nWe have your message. You can expect an answer within {within}: "
    "someone of {group} reads it, takes care of it, and answers here. If you remember more, just write it; "
    "{mark} says that it has been received.",
    "status.assigned": "Ticket #{number}: {title}\n\nIt waits for someone of {group} to take care of it.",
    "status.in progress": "Ticket #{number}: {title}\n\n{agent} takes care of it.",
    "status.waiting for reply": "Ticket #{number}: {title}\n\n{agent} waits for your answer.",
    "status.on hold": "Ticket #{number}: {title}\n\nIt waits for something that takes longer.",
    "status.reopened": "Ticket #{number}: {title}\n\nIt is open again.",
    "status.solved": "Ticket #{number}: {title}\n\nA solution has been sent.",
    "status.withdrawn": "Ticket #{number}: {title}\n\nYou have ended it.",
    "status.unsolved": "Ticket #{number}: {title}\n\nIt has ended without a solution.",
    "status.verified": "Ticket #{number}: {title}\n\nSolved, as you said.",
    "status.closed": "Ticket #{number}: {title}\n\nClosed.",
    "written": "written at {time}",
    "took": "{agent} takes care of your ticket #{number}.",
    "solved?": "Does this solve ticket #{number}?",
    "button.solved": "Yes, it is solved",
    "button.not_solved": "No, not yet",
    "verified": "Thank you. Ticket #{number} is done.",
    "reopened": "Ticket #{number} is open again. What is still wrong?",
    "end?": "Shall ticket #{number} ({title}) be ended?",
    "button.end": "End it",
    "button.keep": "Keep it open",
    "ended": "Ticket #{number} is ended. Write whenever you need us again.",
    "kept": "Ticket #{number} stays open.",
    "nothing_to_end": "No ticket of yours is open here.",
    "not_open": "I find no open ticket of yours with the number {number}. /tickets lists them.",
    "end_which": "Which one? Write /end and its number.\n\n{list}",
    "no_tickets": "You have no tickets yet. Write what you need, and one is opened.",
    "tickets": "Your tickets:\n\n{list}",
    "tickets.choose": "Your tickets:\n\n{list}\n\nWhich one do you want to talk about? What you write goes to it then.",
    "now_about": "We are talking about ticket #{number} now: {title}",
    "after_end?": "Ticket #{number} ({title}) has ended. What is your message about?",
    "button.after_reopen": "It is about #{number}: open it again",
    "button.after_new": "It is something new",
    "button.after_thanks": "Just thanks",
    "after_end.reopen": "Ticket #{number} is open again, with what you wrote.",
    "after_end.new": "What you wrote gets a ticket of its own.",
    "after_end.thanks": "Thank you. Ticket #{number} stays as it is.",
    "after_end.time": "You have not said what it was about: ticket #{number} is open again, with what you wrote.",
    "removed": "This message was removed by the help desk.",
    "tickets.line": "#{number} {title}: {state}",
    "tickets.current": "#{number} {title}: {state} (we are talking about this one)",
    "state.new": "received",
    "state.assigned": "waiting for an expert",
    "state.in progress": "in progress",
    "state.waiting for reply": "waiting for your answer",
    "state.on hold": "on hold",
    "state.reopened": "open again",
    "state.solved": "solution sent",
    "state.withdrawn": "ended by you",
    "state.unsolved": "ended without a solution",
    "state.verified": "solved",
    "state.closed": "closed",
    "unreached": "Welcome back. What could not be delivered follows.",
    "served": "That button has done its work. Ticket #{number}: {state}.",
    "unknown_command": "I do not know {command}, and have passed nothing on. /help lists what I understand; "
    "what is meant for the help desk begins without a /.",
    "not_passed_on": "These words were not passed on, because they stand behind {command}: «{words}». "
    "Send them without it and they go to the help desk.",
    "unknown_ticket": "I find no ticket of yours with that number. /tickets lists them.",
    "nothing_said": "I see nothing in that message. Please write in words what you need.",
    "file.too_big": "Not passed on: {files}. Telegram lets bots fetch files of up to 20 MB. Send a smaller one, "
    "or a link to it; the help desk sees that you tried.",
    "file.unseen": "Not passed on ({files}): Telegram does not show that to bots. Please describe in words what it "
    "shows, or send it as a photo or a file; the help desk sees that you tried.",
}

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH}

RECEIVED_SIGN = "👌"


def say(language: str, phrase: str, **params: object) -> str:
    """The sentence in that language, in English where it has not been translated."""
    words = LANGUAGES.get(language, ENGLISH)
    return words.get(phrase, ENGLISH[phrase]).format(mark=RECEIVED_SIGN, **params)


def known_language(code: str | None) -> str:
    """The language we speak that comes nearest to a BCP 47 code."""
    short = (code or "en").split("-")[0].lower()
    return short if short in LANGUAGES else "en"
