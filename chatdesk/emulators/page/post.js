// One message in Slack, with its files, reactions and thread, and what can be done with it.
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { fileCard, sizeOf } from "./files.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { menu } from "./overlays.js";
import { appAvatar, avatar, clock, dayLabel, fullTime, goneAvatar, moment } from "./people.js";
import { hasOwn, openPalette, reactions } from "./reactions.js";
import { replyCount } from "./seen.js";

export function post(line, joined, context) {
  const name = line.username || (line.bot ? context.names.app : (context.names.user(line.user) ?? line.user));
  const date = moment(line.ts);
  const time = h("time.sl-time", { datetime: date.toISOString(), title: fullTime(date) }, clock(date));
  const gutter = joined ? time : line.deleted ? goneAvatar() : line.bot ? appAvatar() : avatar(name, line.user);
  const head = joined || line.deleted ? null : h("div.sl-head", {}, h("b", {}, name), line.bot ? h("span.sl-badge", {}, "APP") : null, time);
  const isPinned = context.pins.includes(line.ts);
  const content = h(
    "div.sl-body",
    {},
    isPinned ? h("div.sl-only", {}, icon("pin"), "Pinned") : null,
    line.ephemeral ? h("div.sl-only", {}, icon("eye"), "Only visible to you") : null,
    head,
    body(line, { ...context, press: (spec, use) => context.acts.press(line, spec, use) }),
    files(line),
    line.ephemeral ? h("button.sl-dismiss", { type: "button", onclick: () => context.acts.dismiss(line) }, "Dismiss message") : null,
    reactions(line, context),
    context.inThread ? null : thread(line, context),
  );
  const kind = `${line.ephemeral ? ".ephemeral" : ""}${isPinned ? ".pinned" : ""}${joined ? ".joined" : ""}`;
  return h(`article.sl-post${kind}`, { "aria-label": `${line.deleted ? "Deleted" : name}, ${clock(date)}`, "data-ts": line.ts }, h("div.sl-gutter", {}, gutter), content, line.ephemeral || line.deleted ? null : tools(line, context));
}

function body(line, context) {
  if (line.deleted) return h("div.sl-deleted", {}, "This message was deleted.");
  const edited = line.edited && !line.bot ? h("span.sl-edited", {}, "(edited)") : null;
  if (line.blocks?.length) {
    const node = h("div.sl-blocks", {}, blocks(line.blocks, context));
    if (edited) (node.querySelector(".bk-rich:last-child > .rt-section:last-child") ?? node).append(" ", edited);
    return node;
  }
  return line.text || edited ? h("div.bk-text", {}, mrkdwn(line.text ?? "", context.names), edited && " ", edited) : null;
}

function files(line) {
  if (!line.files?.length) return null;
  return h("div.sl-files", {}, line.files.map(shown));
}

/** Pictures, sound and film are shown in place, all else as a card. */
function shown({ name, mimetype, size, url }) {
  const card = () => fileCard({ name, type: mimetype, size, url });
  if (!url) return h("span.sl-deleted", {}, `The file ${name} was deleted.`);
  const [kind] = mimetype.split("/");
  const caption = h("figcaption", {}, `${name} · ${sizeOf(size)}`);
  const figure = (node) => h("figure.sl-file", {}, caption, node);
  if (/^image\/(png|jpeg|gif|webp)$/.test(mimetype)) {
    const image = h("img", { src: url, alt: name });
    const box = figure(h("a", { href: url, target: "_blank", rel: "noopener" }, image));
    image.addEventListener("error", () => box.replaceWith(card()));
    return box;
  }
  if (/^(audio\/(mpeg|ogg)|video\/(mp4|webm))$/.test(mimetype)) return figure(h(kind, { src: url, controls: true, preload: "metadata", "aria-label": name }));
  return card();
}

function thread(line, context) {
  const count = replyCount(line);
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
  const tool = (label, inside, act) => h("button", { type: "button", "aria-label": label, title: label, onclick: (event) => act(event.currentTarget) }, inside);
  const react = (name) => tool(`React with ${name}`, emoji(name), () => acts.react(line, name, hasOwn(line, name, me)));
  return h(
    "div.sl-tools",
    { role: "group", "aria-label": "Actions on this message" },
    react("white_check_mark"),
    react("eyes"),
    tool("Find another reaction", icon("smile"), (button) => openPalette(button, line, context)),
    context.inThread ? null : tool("Reply in thread", icon("thread"), () => acts.thread(line, true)),
    tool("More actions on this message", icon("more"), (button) => menu(button, actions(line, context))),
  );
}

function actions(line, { acts, me, shortcuts, pins }) {
  const own = line.user === me && !line.bot;
  const isPinned = pins.includes(line.ts);
  return [
    ...shortcuts.map((shortcut) => ({ label: shortcut.name, icon: "bolt", note: "chatdesk", act: () => acts.shortcut(line, shortcut.callback_id) })),
    own && { label: "Edit message", icon: "pencil", act: () => acts.edit(line) },
    { label: isPinned ? "Unpin from channel" : "Pin to channel", icon: "pin", act: () => acts.pin(line, isPinned) },
    own && { label: "Delete message", icon: "bin", danger: true, act: () => acts.remove(line) },
  ].filter(Boolean);
}
