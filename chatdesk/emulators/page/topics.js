// The topics of a chat with a bot that has them: which one is shown, and written to.
import { h, sync } from "./dom.js";

export class Topics {
  constructor(changed) {
    this.changed = changed;
    this.open = new Map(); // key of a place -> thread id, none for all
    this.node = h("div.tg-topics", { role: "group", "aria-label": "Topics of this chat", hidden: true });
  }

  draw(place, topics) {
    if (!topics.some(({ id }) => id === this.open.get(place))) this.open.delete(place);
    const open = this.open.get(place);
    const one = ({ id, name }) => ({ key: `${place}-${id ?? "all"}`, sig: `${name} ${id === open}`, make: () => this.tab(place, id, name, id === open) });
    this.node.hidden = !topics.length;
    sync(this.node, [{ name: "All" }, ...topics].map(one));
  }

  tab(place, id, name, isOpen) {
    const choose = () => {
      this.open.set(place, id);
      this.changed();
    };
    return h("button.tg-topic", { type: "button", "aria-pressed": String(isOpen), onclick: choose }, name);
  }

  shown(place, messages) {
    const open = this.open.get(place);
    return open ? messages.filter((message) => message.topic === open) : messages;
  }

  /** What is said goes there. */
  where(place) {
    const open = this.open.get(place);
    return open ? { topic: open } : {};
  }
}
