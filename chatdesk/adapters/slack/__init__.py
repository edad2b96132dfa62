"""Slack: where agents do all their work. slack-bolt hears, slack_sdk speaks."""
