// One message of a Telegram chat, or one album, with what can be done with it.
import { h } from "./dom.js";
import { render } from "./entities.js";
import { icon } from "./icons.js";
import { inShort, isBare, isPicture, mediaNode } from "./media.js";
import { menu } from "./overlays.js";
import { clock, fullTime, hue, moment } from "./people.js";

// Some of the emoji that Telegram offers: https://core.telegram.org/bots/api#reactiontypeemoji
const REACTIONS = ["👍", "👎", "❤", "🔥", "🎉", "👏", "😁", "🤔", "😢", "🙏", "👌", "👀", "💯", "🤯", "🏆", "🤝"];

/** `unit`: its messages, the first of which stands for all. */
export function bubble(unit, context) {
  const [first] = unit;
  const mine = isMine(first, context);
  const worded = unit.find((message) => message.caption) ?? first;
  const words = first.text ?? worded.caption;
  const box = h(
    `div.tg-bubble${kindOf(first, unit, words)}`,
    {},
    h("span.for-readers", {}, `${nameOf(first, context)}: `),
    context.isGroup && !mine && !context.joined ? h(`b.tg-author.tint-${hue(first.author.id)}`, {}, first.author.name) : null,
    first.forward_origin ? h("div.tg-forward", {}, "Forwarded from ", h("b", {}, first.forward_origin)) : null,
    quote(first, context),
    content(unit),
    words ? h("div.tg-text", {}, render(words, first.text ? first.entities : worded.caption_entities, context.acts.say), h("span.tg-room", { "aria-hidden": "true" })) : null,
    footer(unit, mine, context.acts),
  );
  if (unit.some((message) => message.edited)) box.classList.add("edited");
  const side = `${mine ? "out" : "in"}${context.last ? ".last" : ""}`;
  const inner = h("div.tg-line", {}, box, moreButton(unit, worded, mine, context.acts));
  return h(`div.tg-row.${side}`, { "data-message": first.message_id }, inner, keyboard(first, context));
}

export const isMine = (message, { me, isGroup }) => message.from === "user" && (!isGroup || message.author?.id === me.id);
const nameOf = (message, { bot }) => (message.from === "bot" ? bot : message.author.name);

function kindOf(first, unit, words) {
  if (isBare(first.media)) return ".bare";
  if (unit.every((message) => isPicture(message.media))) return words ? ".pictured" : ".pictured.wordless";
  return first.media ? ".filed" : "";
}

function content(unit) {
  if (unit.length > 1) {
    const isGrid = unit.every((message) => isPicture(message.media));
    return h(`div.tg-album${isGrid ? ".grid" : ""}`, { role: "group", "aria-label": `Album of ${unit.length}`, "data-count": unit.length }, unit.map((message) => mediaNode(message.media)));
  }
  const [{ media, text }] = unit;
  if (media) return mediaNode(media);
  return text ? null : h("div.tg-other", {}, "This message is not shown here.");
}

function quote({ quote: words, reply_elsewhere: elsewhere }, { quoted, ...context }) {
  if (elsewhere) return h("div.tg-quote", {}, h("b", {}, elsewhere), words ? h("span", {}, words) : null);
  if (!quoted) return null;
  const go = () => {
    const row = document.querySelector(`.tg-row[data-message="${quoted.message_id}"]`);
    row?.scrollIntoView({ block: "center", behavior: "smooth" });
    row?.classList.add("found");
    setTimeout(() => row?.classList.remove("found"), 1600);
  };
  return h("button.tg-quote", { type: "button", "aria-label": "Show the message that this answers", onclick: go }, h("b", {}, nameOf(quoted, context)), h("span", {}, quoted.deleted ? "Deleted message" : (words ?? inShort(quoted))));
}

function footer(unit, mine, acts) {
  const last = unit.at(-1);
  const date = moment(last.date);
  const pills = counted(unit).map(([emoji, { count, own }]) => {
    const label = { type: "button", "aria-pressed": String(own), "aria-label": `${emoji}, ${count}`, onclick: () => acts.react(unit[0], own ? "" : emoji) };
    return h(`button.tg-reaction${own ? ".own" : ""}`, label, emoji, count > 1 ? h("span", {}, String(count)) : null);
  });
  const edited = unit.some((message) => message.edited) ? "edited " : "";
  const time = h("span.tg-time", { title: fullTime(date) }, edited, h("time", { datetime: date.toISOString() }, clock(date)), mine ? icon("checks") : null);
  return h("div.tg-foot", {}, pills.length ? h("div.tg-reactions", {}, pills) : null, time);
}

function counted(unit) {
  const found = new Map();
  for (const { emoji, from } of unit.flatMap((message) => message.reactions)) {
    const one = found.get(emoji) ?? { count: 0, own: false };
    found.set(emoji, { count: one.count + 1, own: one.own || from === "user" });
  }
  return [...found];
}

function moreButton(unit, worded, mine, acts) {
  const [first] = unit;
  const own = first.reactions.find((reaction) => reaction.from === "user")?.emoji;
  const canEdit = mine && (first.text || worded.media) && !isBare(first.media) && !first.forward_origin;
  const items = () => [
    { emoji: REACTIONS, act: (emoji) => acts.react(first, own === emoji ? "" : emoji) },
    { label: "Reply", icon: "reply", act: () => acts.reply(first) },
    canEdit && (first.text || worded.caption) ? { label: first.text ? "Edit" : "Edit caption", icon: "pencil", act: () => acts.edit(worded) } : null,
    first.text || first.caption ? { label: "Copy text", icon: "file", act: () => navigator.clipboard?.writeText(first.text ?? first.caption) } : null,
    mine ? { label: "Delete", icon: "bin", danger: true, act: () => acts.remove(unit) } : null,
  ];
  const button = h("button.tg-more", { type: "button", "aria-label": "React, reply, edit or delete" }, icon("smile"));
  button.addEventListener("click", () => menu(button, items().filter(Boolean)));
  return button;
}

/** A reply keyboard's buttons carry neither data nor url; they are shown above the composer instead. */
export const isInline = (button) => button.data != null || button.url != null;

function keyboard(message, { acts, busy }) {
  const rows = message.buttons.map((row) => row.filter(isInline)).filter((row) => row.length);
  if (!rows.length) return null;
  const one = (button) => {
    const key = `${message.message_id}:${button.data ?? button.url}`;
    if (button.url) {
      const safe = /^(https?|tg):\/\//i.test(button.url) ? button.url : undefined;
      return h("a.tg-button.url", { href: safe, target: "_blank", rel: "noopener noreferrer" }, button.label);
    }
    return h(`button.tg-button${busy.includes(key) ? ".busy" : ""}`, { type: "button", onclick: () => acts.press(message, button, key) }, button.label);
  };
  return h("div.tg-keyboard", {}, rows.map((row) => h("div.tg-keys", {}, row.map(one))));
}
