// The messages of a Telegram chat as items for dom.sync.
import { h, menu } from "./dom.js";
import { render } from "./entities.js";
import { clock, dayKey, dayLabel, fullTime, icon, moment } from "./people.js";

const QUICK = ["👍", "❤️", "🔥", "🎉", "🤔", "👎"];

/** acts: {say, press, react, reply, edit}; `waiting` holds the keys of pressed buttons not yet answered. */
export function bubbles(messages, { acts, waiting, me, bot }) {
  const shown = messages.filter((message) => !message.deleted);
  const byId = new Map(messages.map((message) => [message.message_id, message]));
  const items = [];
  let day = null;
  shown.forEach((message, index) => {
    const date = moment(message.date);
    const key = dayKey(date);
    if (key !== day) {
      const label = dayLabel(date);
      items.push({ key, sig: label, make: () => h("div.tg-day", {}, h("span", {}, label)) });
      day = key;
    }
    const next = shown[index + 1];
    const last = !next || next.from !== message.from || next.date - message.date > 300;
    const quoted = message.reply_to ? byId.get(message.reply_to.message_id ?? message.reply_to) : null;
    const busy = [...waiting].filter((one) => one.startsWith(`${message.message_id}:`));
    items.push({
      key: `m${me.id}-${message.message_id}`,
      sig: JSON.stringify([message, last, quoted?.text, busy]),
      make: () => row(message, { last, quoted, acts, busy, me, bot }),
    });
  });
  return items;
}

function row(message, context) {
  const mine = message.from === "user";
  const { acts, quoted, me, bot } = context;
  const author = (from) => (from === "user" ? me.name : bot.name);
  const body = message.text ? render(message.text, message.entities, acts.say) : [h("i", {}, "Unsupported message")];
  const bubble = h(
    "div.tg-bubble",
    {},
    h("span.for-readers", {}, `${author(message.from)}: `),
    quoted && h("div.tg-quote", {}, h("b", {}, author(quoted.from)), h("span", {}, quoted.deleted ? "Deleted message" : quoted.text)),
    h("div.tg-text", {}, body, h("span.tg-room", { "aria-hidden": "true" })),
    footer(message, mine, acts),
  );
  if (message.edited) bubble.classList.add("edited");
  const side = `${mine ? "out" : "in"}${context.last ? ".last" : ""}`;
  const inner = h("div.tg-line", {}, bubble, moreButton(message, mine, acts));
  return h(`div.tg-row.${side}`, { "data-message": message.message_id }, inner, keyboard(message, context));
}

function footer(message, mine, acts) {
  const date = moment(message.date);
  const counted = new Map();
  for (const { emoji, from } of message.reactions ?? []) {
    const one = counted.get(emoji) ?? { count: 0, own: false };
    counted.set(emoji, { count: one.count + 1, own: one.own || from === "user" });
  }
  const pills = [...counted].map(([emoji, { count, own }]) =>
    h(
      `button.tg-reaction${own ? ".own" : ""}`,
      {
        type: "button",
        "aria-pressed": String(own),
        "aria-label": `${emoji}, ${count}`,
        onclick: () => acts.react(message, own ? "" : emoji),
      },
      emoji,
      count > 1 ? h("span", {}, String(count)) : null,
    ),
  );
  const time = h(
    "span.tg-time",
    { title: fullTime(date) },
    message.edited ? "edited " : "",
    h("time", { datetime: date.toISOString() }, clock(date)),
    mine ? icon("checks") : null,
  );
  return h("div.tg-foot", {}, pills.length ? h("div.tg-reactions", {}, pills) : null, time);
}

function moreButton(message, mine, acts) {
  const own = (message.reactions ?? []).find((reaction) => reaction.from === "user");
  const items = () => [
    { emoji: QUICK, act: (emoji) => acts.react(message, own?.emoji === emoji ? "" : emoji) },
    { label: "Reply", act: () => acts.reply(message) },
    ...(mine ? [{ label: "Edit", act: () => acts.edit(message) }] : []),
  ];
  const button = h("button.tg-more", { type: "button", "aria-label": "React, reply or edit" }, icon("more"));
  button.addEventListener("click", () => menu(button, items()));
  return button;
}

/** A reply keyboard's buttons carry neither data nor url; they are shown above the composer instead. */
export const isInline = (button) => button.data != null || button.url != null;

function keyboard(message, { acts, busy }) {
  const rows = (message.buttons ?? []).map((row) => row.filter(isInline)).filter((row) => row.length);
  if (!rows.length) return null;
  const one = (button) => {
    const key = `${message.message_id}:${button.data ?? button.url}`;
    const state = busy.includes(key) ? ".busy" : "";
    if (button.url) {
      const safe = /^(https?|tg):\/\//i.test(button.url) ? button.url : undefined;
      return h("a.tg-button.url", { href: safe, target: "_blank", rel: "noopener noreferrer" }, button.label);
    }
    return h(`button.tg-button${state}`, { type: "button", onclick: () => acts.press(message, button, key) }, button.label);
  };
  return h("div.tg-keyboard", {}, rows.map((row) => h("div.tg-keys", {}, row.map(one))));
}
