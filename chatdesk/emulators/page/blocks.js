// Block Kit as nodes. A context is {names, press(element, {label, value}), act: true while elements can be used}.
import { h } from "./dom.js";
import { element } from "./elements.js";
import { link } from "./entities.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";

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
  rich_text: (block, context) => h("div.bk-text.bk-rich", {}, richText(block.elements, context.names)),
};
