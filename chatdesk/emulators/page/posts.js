// The messages of a Slack channel or thread as items for dom.sync.
import { blocks } from "./blocks.js";
import { h, menu } from "./dom.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { appAvatar, avatar, clock, dayKey, dayLabel, fullTime, goneAvatar, icon, moment } from "./people.js";

/**
 * context: {names, people, me, acts: {press, react, thread, edit, remove, shortcut, dismiss}, shortcuts,
 * inThread, fresh(ts): whether the thread has unread replies, notes(ts): private notes in a thread}
 */
export function posts(messages, ephemerals, context) {
  const lines = [...messages.filter((one) => !one.deleted || one.replies?.length), ...ephemerals.map((one) => ({ ...one, ephemeral: true, bot: true }))];
  lines.sort((a, b) => Number(a.ts) - Number(b.ts));
  const items = [];
  let day = null;
  let previous = null;
  for (const line of lines) {
    const key = dayKey(moment(line.ts));
    if (key !== day && !context.inThread) {
      const label = dayLabel(moment(line.ts));
      items.push({ key, sig: label, make: () => h("div.sl-day", {}, h("span", {}, label)) });
      previous = null;
    }
    day = key;
    const joined = follows(previous, line);
    previous = line;
    const extra = [joined, context.fresh?.(line.ts), context.notes?.(line.ts), context.names.sig, context.me, context.shortcuts];
    items.push({ key: `${context.me}-${line.ts}${line.ephemeral ? "e" : ""}`, sig: JSON.stringify([line, extra]), make: () => post(line, joined, context) });
  }
  return items;
}

const authorOf = (line) => (line.bot ? `bot ${line.username ?? ""}` : line.user);
const follows = (a, b) => Boolean(a && !a.ephemeral && !b.ephemeral && !a.deleted && !b.deleted && !a.replies?.length && authorOf(a) === authorOf(b) && b.ts - a.ts < 300);

function post(line, joined, context) {
  const name = line.username || (line.bot ? context.names.app : (context.names.user(line.user) ?? line.user));
  const date = moment(line.ts);
  const time = h("time.sl-time", { datetime: date.toISOString(), title: fullTime(date) }, clock(date));
  const gutter = joined ? time : line.deleted ? goneAvatar() : line.bot ? appAvatar() : avatar(name, line.user);
  const head = joined || line.deleted ? null : h("div.sl-head", {}, h("b", {}, name), line.bot ? h("span.sl-badge", {}, "APP") : null, time);
  const only = line.ephemeral ? h("div.sl-only", {}, icon("eye"), "Only visible to you") : null;
  const press = (spec, use) => context.acts.press(line, spec, use);
  const content = h(
    "div.sl-body",
    {},
    only,
    head,
    body(line, { ...context, press }),
    line.ephemeral ? h("button.sl-dismiss", { type: "button", onclick: () => context.acts.dismiss(line) }, "Dismiss message") : null,
    reactions(line, context),
    context.inThread ? null : thread(line, context),
  );
  const kind = `${line.ephemeral ? ".ephemeral" : ""}${joined ? ".joined" : ""}`;
  return h(`article.sl-post${kind}`, { "aria-label": `${line.deleted ? "Deleted" : name}, ${clock(date)}`, "data-ts": line.ts }, h("div.sl-gutter", {}, gutter), content, line.ephemeral || line.deleted ? null : tools(line, context));
}

function body(line, context) {
  if (line.deleted) return h("div.sl-deleted", {}, "This message was deleted.");
  if (line.blocks?.length) return h("div.sl-blocks", {}, blocks(line.blocks, context));
  const edited = line.edited ? h("span.sl-edited", {}, " (edited)") : null;
  return h("div.bk-text", {}, mrkdwn(line.text ?? "", context.names), edited);
}

function reactions(line, { me, names, acts }) {
  if (!line.reactions?.length) return null;
  const pill = ({ name, users }) => {
    const own = users.includes(me);
    const who = users.map((id) => names.user(id) ?? id).join(", ");
    const attributes = { type: "button", title: `${who} · :${name}:`, "aria-pressed": String(own), "aria-label": `${name}, ${users.length}, by ${who}`, onclick: () => acts.react(line, name, own) };
    return h(`button.sl-reaction${own ? ".own" : ""}`, attributes, h("span", {}, emoji(name) ?? `:${name}:`), h("span.count", {}, String(users.length)));
  };
  return h("div.sl-reactions", {}, line.reactions.map(pill));
}

function thread(line, context) {
  const count = line.replies?.filter((reply) => !reply.deleted).length ?? 0;
  const notes = context.notes(line.ts);
  if (line.ephemeral || !(count || notes)) return null;
  const faces = [...new Map((line.replies ?? []).map((reply) => [reply.bot ? "app" : reply.user, reply])).values()].slice(-3);
  const face = (reply) => (reply.bot ? appAvatar() : avatar(context.names.user(reply.user) ?? reply.user, reply.user));
  const words = [count && `${count} ${count === 1 ? "reply" : "replies"}`, notes && `${notes} for you`].filter(Boolean).join(" · ");
  const last = count ? h("span.sl-last", {}, `Last reply ${lastOf(line)}`) : null;
  const kind = context.fresh(line.ts) ? ".fresh" : "";
  return h(`button.sl-thread${kind}`, { type: "button", onclick: () => context.acts.thread(line) }, h("span.faces", {}, faces.map(face)), h("span.sl-count", {}, words), last);
}

function lastOf(line) {
  const date = moment(line.replies.filter((reply) => !reply.deleted).at(-1).ts);
  const day = dayLabel(date);
  return `${day === "Today" ? "today" : day} at ${clock(date)}`;
}

function tools(line, context) {
  const { acts, me } = context;
  const react = (name) => {
    const own = line.reactions?.some((one) => one.name === name && one.users.includes(me));
    return h("button", { type: "button", "aria-label": `React with ${name}`, title: `React with :${name}:`, onclick: () => acts.react(line, name, own) }, emoji(name));
  };
  const toThread = context.inThread
    ? null
    : h("button", { type: "button", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => acts.thread(line, true) }, icon("thread"));
  const items = [
    ...context.shortcuts.map((shortcut) => ({ label: shortcut.name ?? shortcut.callback_id, note: "shortcut", act: () => acts.shortcut(line, shortcut.callback_id) })),
    ...(line.user === me && !line.bot ? [{ label: "Edit message", act: () => acts.edit(line) }, { label: "Delete message", danger: true, act: () => acts.remove(line) }] : []),
  ];
  const more = items.length ? h("button", { type: "button", "aria-label": "More actions on this message" }, icon("more")) : null;
  more?.addEventListener("click", () => menu(more, items));
  return h("div.sl-tools", { role: "group", "aria-label": "Actions on this message" }, react("white_check_mark"), react("eyes"), toThread, more);
}
