"""Slack: both tokens, every scope, the channel, and who the agents are."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from chatdesk.adapters.slack.manifest import SCOPES
from chatdesk.adapters.slack.members import Member, Members
from chatdesk.adapters.slack.rights import Raw, Rights, is_listed, is_open
from chatdesk.adapters.slack.speak import error_of
from chatdesk.areas.area import Group
from chatdesk.cli.checks.finding import About, Finding, Findings, host_of
from chatdesk.credentials import REFUSED
from chatdesk.plan import SLACK, Plan
from chatdesk.settings import Settings, Slack, SlackMode

_SLACK = About("slack")
SECONDS = 20
REINSTALL = "add it under OAuth & Permissions (or paste what chatdesk slack-manifest prints), then reinstall the app."
_silent = logging.getLogger("chatdesk.doctor.slack")
_silent.setLevel(logging.CRITICAL)


async def slack(settings: Settings, plan: Plan) -> Findings:
    async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session:

        def client(token: str) -> AsyncWebClient:
            base = settings.slack.api_url.rstrip("/") + "/"
            return AsyncWebClient(token, base_url=base, session=session, retry_handlers=[], logger=_silent)

        if settings.slack.bot_token:
            async for finding in _bot(settings.slack, plan, client(settings.slack.bot_token.get_secret_value())):
                yield finding
        if settings.slack.mode is SlackMode.HTTP:
            if settings.slack.signing_secret:
                yield _SLACK.note("the signing secret is set; whether it is right shows at Slack's first request.")
        elif settings.slack.app_token:
            yield await _socket(settings.slack, client(settings.slack.app_token.get_secret_value()))


async def _bot(settings: Slack, plan: Plan, client: AsyncWebClient) -> Findings:
    try:
        me = await client.auth_test()
    except (SlackApiError, ClientError, TimeoutError) as fault:
        yield _token_fault(settings, fault)
        return
    bot = str(me["user"])
    yield _SLACK.ok(f"the bot token is that of @{bot} in {me['team']}.")
    granted = {s.strip() for s in str(me.headers.get("x-oauth-scopes") or "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    for scope in missing:
        yield _SLACK.wrong(f"the scope {scope} is missing; it is needed to {SCOPES[scope]}.", REINSTALL)
    if not missing:
        yield _SLACK.ok(f"all {len(SCOPES)} scopes are granted.")
    members = Members(client)
    try:
        found = await members.find_channels(plan.channels)
        for group in [g for g in plan.directory.groups if g.home.channel == SLACK]:
            about = f"slack, group {group.id}" if len(plan.directory.groups) > 1 else "slack"
            async for finding in _home(plan, group, members, found, bot):
                yield replace(finding, about=about)
    except SlackApiError as fault:
        if error_of(fault) != "missing_scope":  # that has been named above
            which = ", ".join(plan.channels)
            yield _SLACK.wrong(f"{which} cannot be looked at: Slack answers {error_of(fault)}.", "try again.")
    except (ClientError, TimeoutError) as fault:
        yield _away(settings, fault)


def _token_fault(settings: Slack, fault: Exception) -> Finding:
    if not isinstance(fault, SlackApiError) or error_of(fault) not in REFUSED:
        return _not_now(settings, fault, "the bot token")
    return _SLACK.wrong(
        f"the bot token is not taken: {error_of(fault)}.",
        "copy the Bot User OAuth Token (xoxb-...) from OAuth & Permissions into CHATDESK_SLACK__BOT_TOKEN.",
    )


def _not_now(settings: Slack, fault: Exception, what: str, mend: str = "try again.") -> Finding:
    """Slack is away, ill or asks to wait: that says nothing of what was to be checked."""
    if not isinstance(fault, SlackApiError):
        return _away(settings, fault)
    status, headers = getattr(fault.response, "status_code", 0), getattr(fault.response, "headers", None) or {}
    if status == 429 or error_of(fault) == "ratelimited":
        seconds = headers.get("Retry-After", "60")
        return _SLACK.wrong(
            f"{what} could not be checked: Slack asks to wait. That says nothing against it.",
            f"run chatdesk doctor again in {seconds} s.",
        )
    host = host_of(settings.api_url)
    return _SLACK.wrong(f"{what} could not be checked: {host} answers {error_of(fault) or status}.", mend)


def _away(settings: Slack, fault: Exception) -> Finding:
    return _SLACK.wrong(
        f"no answer from {host_of(settings.api_url)}: {str(fault) or type(fault).__name__}.",
        "check this machine's way to it (DNS, proxy, firewall), and CHATDESK_SLACK__API_URL.",
    )


async def _socket(settings: Slack, client: AsyncWebClient) -> Finding:
    try:
        await client.apps_connections_open(app_token=client.token or "")
    except (SlackApiError, ClientError, TimeoutError) as fault:
        error = error_of(fault) if isinstance(fault, SlackApiError) else ""
        if error == "missing_scope":
            mend = (
                "make one with connections:write under Basic Information, App-Level Tokens: CHATDESK_SLACK__APP_TOKEN."
            )
            return _SLACK.wrong("the app token lacks the scope connections:write.", mend)
        if error not in REFUSED:
            return _not_now(settings, fault, "the app token", "try again; if it stays so, is Socket Mode switched on?")
        return _SLACK.wrong(
            f"the app token opens no socket: {error}.",
            "make an app-level token (xapp-...) with connections:write under Basic Information, put it into "
            "CHATDESK_SLACK__APP_TOKEN, and switch Socket Mode on.",
        )
    return _SLACK.ok("the app token opens a socket.")


async def _home(plan: Plan, group: Group, members: Members, found: Mapping[str, Raw], bot: str) -> Findings:
    """The channel of a group: whether the bot is there, which rule makes agents, and who they are."""
    wanted, named = group.home.room, plan.naming(group.id, "channel")
    if wanted not in found:
        yield _SLACK.wrong(
            f"the bot sees no channel {wanted}: there is none, it is archived, or it is private without the bot.",
            f"make it and write there: /invite @{bot}; or name another in {named}.",
        )
        return
    id = found[wanted]["id"]
    there = [g for g in plan.directory.groups if g.home.room in found and found[g.home.room]["id"] == id]
    if {g.area for g in there} != {group.area}:
        yield _SLACK.wrong(f"{wanted} is the channel of groups of two areas.", f"name another in {named}.")
    else:
        async for finding in _channel(plan, group, members, found[wanted], bot, len(there) > 1):
            yield finding


async def _channel(plan: Plan, group: Group, members: Members, channel: Raw, bot: str, shared: bool) -> Findings:
    """`shared`: it is other groups' channel, too."""
    setting = plan.naming(group.id, "agents")
    name = f"#{channel['name']}"
    if not channel.get("is_member"):
        yield _SLACK.wrong(f"the bot is not in {name}.", f"write in {name}: /invite @{bot}")
        return
    outside = bool(channel.get("is_ext_shared"))
    kind = "externally shared" if outside else "private" if channel.get("is_private") else "public"
    by_list = is_open(channel) or (shared and bool(group.agents))
    rule = f"only those in {setting} are" if by_list else "its members are"
    yield _SLACK.ok(f"the bot is in {name} ({channel['id']}). It is {kind}, so that {rule} agents.")
    about, inside = await members.channel(str(channel["id"])), await members.inside(str(channel["id"]))
    admins, managers = plan.directory.area(group.area).admins, plan.directory.managers
    found = await members.agents(about, inside, Rights(group.agents, group.leads, admins, managers), shared)
    agents, others = [a for a in found if a.belongs], [a for a in found if not a.belongs]
    if by_list:
        for listed in group.agents:
            if not await _is_there(members, agents, listed):
                yield _not_found(listed, name, setting)
    elif group.agents:
        yield _SLACK.note(f"{setting} says nothing here, as {name} is private.")
    if others:
        named = ", ".join(f"{a.name} ({a.role})" for a in sorted(others, key=lambda a: a.name))
        yield _SLACK.ok(f"{len(others)} more may act there: {named}.")
    if agents:
        yield _SLACK.ok(f"{len(agents)} agents: {', '.join(sorted(a.name for a in agents))}.")
    elif by_list:
        mend = f"list members of {name} in {setting}, or make the channel private."
        yield _SLACK.wrong("nobody is an agent.", mend)
    else:
        mend = f"invite people to {name}; guests and deactivated accounts do not count."
        yield _SLACK.wrong("nobody is an agent.", mend)


async def _is_there(members: Members, agents: list[Member], listed: str) -> bool:
    found = [await members.user(a.user) for a in agents]
    return any(is_listed(user, [listed]) for user in found)


def _not_found(listed: str, channel: str, setting: str) -> Finding:
    return _SLACK.wrong(
        f"{listed} of {setting} is none of {channel}'s members, or a guest, a bot or deactivated.",
        f"invite them to {channel}, or correct the name: a user id, a user name, an address or the full name.",
    )
