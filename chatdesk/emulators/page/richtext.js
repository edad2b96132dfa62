// Slack's rich_text as nodes (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block).
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link } from "./entities.js";
import { mrkdwn } from "./mrkdwn.js";

const STYLES = { bold: "b", italic: "i", strike: "s", underline: "u", code: "code" };

/** A list that goes on after a deeper one is one list to the eye: each has its indent and the number it goes on with. */
export const richText = (parts, names) => parts.map((part) => one(part, names));

function one(part, names) {
  const pieces = () => part.elements.map((element) => piece(element, names));
  if (part.type === "rich_text_list") return list(part, names);
  if (part.type === "rich_text_quote") return h("blockquote", {}, pieces());
  if (part.type === "rich_text_preformatted") return h("pre", {}, pieces());
  return h("div.rt-section", {}, pieces());
}

function list({ elements, style, indent = 0, offset = 0 }, names) {
  const items = elements.map((item) => h("li", {}, one(item, names)));
  const start = style === "ordered" && offset ? offset + 1 : null;
  return h(`${style === "ordered" ? "ol" : "ul"}.rt-list.indent-${Math.min(indent, 4)}`, { start }, items);
}

const PIECES = {
  link: (element) => link(element.url, styled(element, element.text ?? element.url)),
  user: ({ user_id: id }, names) => h("span.mention", {}, `@${names.user(id) ?? id}`),
  usergroup: ({ usergroup_id: id }) => h("span.mention", {}, `@${id}`),
  channel: ({ channel_id: id }, names) => h("span.mention", {}, `#${names.channel(id) ?? id}`),
  broadcast: ({ range }) => h("span.mention.loud", {}, `@${range}`),
  emoji: ({ name }) => emoji(name) ?? `:${name}:`,
  color: ({ value }) => h("code", {}, value),
  date: ({ timestamp, format, fallback }, names) => mrkdwn(`<!date^${timestamp}^${format}|${fallback ?? ""}>`, names),
};

const piece = (element, names) => PIECES[element.type]?.(element, names) ?? styled(element, element.text ?? "");

function styled({ style = {} }, words) {
  return Object.keys(STYLES).reduce((inner, name) => (style[name] ? h(STYLES[name], {}, inner) : inner), words);
}
