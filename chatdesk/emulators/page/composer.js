// The composer of a channel or a thread, with a draft for each place and person.
import { growing, h } from "./dom.js";
import { choose, receive, Tray } from "./files.js";
import { icon } from "./icons.js";
import { insert, keys, prefix, wrap } from "./marks.js";
import { menu } from "./overlays.js";

const MARKS = [
  ["Bold", "B", (area) => wrap(area, "*")],
  ["Italic", "I", (area) => wrap(area, "_")],
  ["Strikethrough", "S", (area) => wrap(area, "~")],
  ["Code", "code", (area) => wrap(area, "`")],
  ["Quote", "quote", (area) => prefix(area, "> ")],
  ["List", "list", (area) => prefix(area, "- ")],
];

export class Composer {
  /**
   * `zone` takes files that are dropped. acts: {send(text, files, editing): whether it was sent, people(): [{id, name}],
   * typed(message): its text as somebody would type it, shortcuts(): menu items}
   */
  constructor(label, zone, acts) {
    this.drafts = new Map();
    this.place = null;
    this.acts = acts;
    this.area = h("textarea", { rows: "1", "aria-label": label, placeholder: label });
    this.fit = growing(this.area, () => this.send());
    this.tray = new Tray(() => this.showFilled());
    keys(this.area, { b: "*", i: "_" });
    this.context = h("div.sl-editing", { hidden: true }, h("span", {}, "Editing a message"), h("button", { type: "button", onclick: () => this.edit(null) }, "Cancel"));
    this.form = h("form.sl-composer", {}, this.context, this.area, this.tray.node, this.foot());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.area.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.editing) return;
      event.stopPropagation();
      this.edit(null);
    });
    this.area.addEventListener("input", () => this.showFilled());
    receive(zone, this.area, (files) => this.tray.add(files));
  }

  foot() {
    const tool = (label, inside, act) => h("button.sl-tool", { type: "button", title: label, "aria-label": label, onclick: (event) => act(event.currentTarget) }, inside);
    const attach = tool("Attach", icon("plus"), (button) => this.openAttach(button));
    const drawing = (mark) => (mark.length > 1 ? icon(mark) : h(`span.mark-${mark}`, {}, mark));
    const marks = MARKS.map(([label, mark, act]) => tool(label, drawing(mark), () => act(this.area)));
    const mention = tool("Mention somebody", "@", (button) => this.openMentions(button));
    const button = h("button.sl-send", { type: "submit", "aria-label": "Send", title: "Send (Enter); Shift + Enter starts a line" }, icon("send"));
    return h("div.sl-composer-foot", {}, h("div.sl-format", { role: "group", "aria-label": "Formatting" }, attach, marks, mention), button);
  }

  openAttach(button) {
    const upload = { label: "Upload from your computer", icon: "file", act: () => choose((files) => this.tray.add(files)) };
    menu(button, [upload, ...this.acts.shortcuts()]);
  }

  openMentions(button) {
    menu(button, this.acts.people().map(({ name }) => ({ label: name, act: () => insert(this.area, `@${name} `) })));
  }

  /** Where the composer writes to now; what was typed for another place is kept for it. */
  at(place, label) {
    this.area.placeholder = label;
    this.area.setAttribute("aria-label", label);
    if (place === this.place) return;
    this.edit(null);
    this.drafts.set(this.place, { text: this.area.value, files: this.tray.files });
    this.place = place;
    const draft = this.drafts.get(place);
    this.fill(draft?.text ?? "");
    this.tray.put(draft?.files ?? []);
  }

  edit(message) {
    if (!message && !this.editing) return;
    this.editing = message;
    this.context.hidden = !message;
    this.fill(message ? this.acts.typed(message) : "");
    if (message) this.area.focus();
  }

  fill(text) {
    this.area.value = text;
    this.showFilled();
    this.fit();
  }

  showFilled() {
    this.form.classList.toggle("filled", Boolean(this.area.value.trim() || this.tray.files.length));
  }

  async send() {
    const typed = this.area.value;
    const files = this.tray.files;
    if (!typed.trim() && !files.length) return;
    const sent = await this.acts.send(typed.trim(), files, this.editing);
    if (!sent) return;
    this.editing = null;
    this.context.hidden = true;
    if (this.tray.files === files) this.tray.put([]);
    if (this.area.value === typed) this.fill("");
  }
}
