"""Two people in Telegram and two agents in Slack at random: what they do, and what both sides ought to see then.

`world` is a model of its own: it is made from what the README promises and shares no code with the desk.
"""
