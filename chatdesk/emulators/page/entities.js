// Telegram's message entities. Their offsets count UTF-16 units, as JavaScript's strings do.
import { h } from "./dom.js";

const SAFE = /^(https?:\/\/|mailto:|tel:|tg:\/\/)/i;

export function link(url, ...children) {
  if (!SAFE.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const WRAP = {
  bold: (kids) => h("b", {}, kids),
  italic: (kids) => h("i", {}, kids),
  underline: (kids) => h("u", {}, kids),
  strikethrough: (kids) => h("s", {}, kids),
  code: (kids) => h("code", {}, kids),
  pre: (kids, entity) => h("pre", { "data-language": entity.language }, kids),
  blockquote: (kids) => h("blockquote", {}, kids),
  expandable_blockquote: (kids) => h("blockquote", {}, kids),
  spoiler: (kids) => {
    const node = h("span.spoiler", { role: "button", tabindex: "0", "aria-label": "Hidden text" }, kids);
    const show = () => node.classList.add("shown");
    node.addEventListener("click", show);
    node.addEventListener("keydown", (event) => event.key === "Enter" && show());
    return node;
  },
  text_link: (kids, entity) => link(entity.url, kids),
  url: (kids, entity, words) => link(/^[a-z][a-z+.-]*:/i.test(words) ? words : `https://${words}`, kids),
  email: (kids, entity, words) => link(`mailto:${words}`, kids),
  phone_number: (kids, entity, words) => link(`tel:${words.replace(/[^+\d]/g, "")}`, kids),
  mention: (kids) => h("span.mention", {}, kids),
  text_mention: (kids) => h("span.mention", {}, kids),
  hashtag: (kids) => h("span.mention", {}, kids),
  bot_command: (kids, entity, words, say) =>
    h("button.command", { type: "button", onclick: () => say(words) }, kids),
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** The nodes of `text`; `say(command)` is called when a command in it is clicked. */
export function render(text, entities, say) {
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, ordered, say);
}

function span(text, start, end, entities, say) {
  const nodes = [];
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || stop <= entity.offset) {
      rest = others;
      continue;
    }
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const kids = span(text, entity.offset, stop, others.filter((other) => other.offset < stop), say);
    const wrap = WRAP[entity.type];
    nodes.push(...(wrap ? [wrap(kids, entity, text.slice(entity.offset, stop), say)] : kids));
    const lineEnds = BLOCKS.has(entity.type) && text[stop] === "\n" && stop < end && !others.some((other) => other.offset === stop);
    at = lineEnds ? stop + 1 : stop;
    rest = others.filter((other) => other.offset >= stop);
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}
