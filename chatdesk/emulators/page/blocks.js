// Block Kit as nodes. A context is {names, press(element, {label, value}), act: true while elements can be used}.
import { element } from "./elements.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link } from "./entities.js";
import { mrkdwn, plain } from "./mrkdwn.js";

export function textOf(object, names) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : plain(object.text);
}

export const blocks = (list, context) => list.map((block) => (BLOCKS[block.type] ?? unknown)(block, context));

const unknown = (block) => h("div.bk-unknown", {}, `A block of the type "${block.type}" is not shown here.`);

const BLOCKS = {
  header: (block) => h("div.bk-header", { role: "heading", "aria-level": "3" }, plain(block.text.text)),
  divider: () => h("hr.bk-divider"),
  section: (block, context) => {
    const main = h(
      "div.bk-main",
      {},
      block.text && h("div.bk-text", {}, textOf(block.text, context.names)),
      block.fields && h("div.bk-fields", {}, block.fields.map((field) => h("div.bk-text", {}, textOf(field, context.names)))),
    );
    return h("div.bk-section", {}, main, block.accessory && h("div.bk-accessory", {}, element(block.accessory, context)));
  },
  context: (block, context) =>
    h("div.bk-context", {}, block.elements.map((one) => h("span", {}, one.type === "image" ? `[${one.alt_text}]` : textOf(one, context.names)))),
  actions: (block, context) => h("div.bk-actions", {}, block.elements.map((one) => element(one, context))),
  image: (block) => h("figure.bk-image", {}, h("figcaption", {}, block.title?.text ?? block.alt_text), block.image_url ? link(block.image_url, "Open the image") : null),
  markdown: (block, context) => h("div.bk-text", {}, mrkdwn(block.text, context.names)),
  rich_text: (block, context) => h("div.bk-text", {}, block.elements.map((part) => richPart(part, context.names))),
};

function richPart(part, names) {
  const pieces = () => part.elements.map((one) => richPiece(one, names));
  if (part.type === "rich_text_list") {
    const items = part.elements.map((item) => h("li", {}, richPart(item, names)));
    return h(part.style === "ordered" ? "ol" : "ul", {}, items);
  }
  if (part.type === "rich_text_quote") return h("blockquote", {}, pieces());
  if (part.type === "rich_text_preformatted") return h("pre", {}, pieces());
  return h("span", {}, pieces());
}

function richPiece(one, names) {
  const styled = (node) => {
    const tags = { bold: "b", italic: "i", strike: "s", code: "code" };
    return Object.keys(one.style ?? {}).reduce((inner, style) => (tags[style] ? h(tags[style], {}, inner) : inner), node);
  };
  if (one.type === "link") return link(one.url, styled(one.text ?? one.url));
  if (one.type === "user") return h("span.mention", {}, `@${names.user(one.user_id) ?? one.user_id}`);
  if (one.type === "channel") return h("span.mention", {}, `#${names.channel(one.channel_id) ?? one.channel_id}`);
  if (one.type === "emoji") return emoji(one.name) ?? `:${one.name}:`;
  return styled(one.text ?? "");
}
