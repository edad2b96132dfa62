// Where a person in Telegram writes: text, files, what it answers or changes, and the bot's keyboards.
import { attachments, sendings } from "./attach.js";
import { isInline } from "./bubble.js";
import { growing, h, sync } from "./dom.js";
import { receive, Tray } from "./files.js";
import { icon } from "./icons.js";
import { keys } from "./marks.js";
import { inShort } from "./media.js";
import { ask, menu } from "./overlays.js";
import { parse, unparse } from "./typing.js";

export class Writing {
  /** acts: {say(text, more), send(kind, fields), edit(message, fields), act(what), press(message, label), person()} */
  constructor(zone, acts) {
    this.acts = acts;
    this.drafts = new Map();
    this.place = null;
    this.about = null; // {kind: "reply" or "edit", message}
    this.asFiles = h("input", { type: "checkbox" });
    this.tray = new Tray(() => this.drawTray());
    this.build();
    receive(zone, this.input, (files) => this.tray.add(files));
  }

  build() {
    this.context = h("div.tg-context", { hidden: true });
    this.replies = h("div.tg-replies", { role: "group", "aria-label": "Suggested answers" });
    this.uncompressed = h("label.tg-as-files", { hidden: true }, this.asFiles, "Send as files, without compression");
    this.menu = h("button.tg-menu", { type: "button", "aria-label": "Commands of the bot", onclick: () => this.openCommands() }, icon("lines"), h("span", {}, "Menu"));
    this.clip = h("button.tg-clip", { type: "button", "aria-label": "Attach", title: "Attach files, a place, a poll …", onclick: () => this.openAttach() }, icon("clip"));
    this.input = h("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message to the bot", maxlength: "4096" });
    this.fit = growing(this.input, () => this.send());
    this.input.addEventListener("keydown", (event) => event.key === "Escape" && this.turnTo(null));
    keys(this.input, { b: "**", i: "__", m: "`" });
    const send = h("button.tg-send", { type: "submit", "aria-label": "Send" }, icon("send"));
    this.form = h("form.tg-form", {}, this.menu, this.clip, this.input, send);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.unblock = h("button.tg-unblock", { type: "button", hidden: true, onclick: () => this.acts.act("unblock") }, "Unblock and restart the bot");
    this.node = h("footer.tg-footer", {}, this.replies, this.context, this.tray.node, this.uncompressed, this.form, this.unblock);
  }

  /** Another chat; what was typed for the last one is kept for it. */
  at(place) {
    if (place === this.place) return;
    this.turnTo(null);
    if (this.place) this.drafts.set(this.place, { text: this.input.value, files: this.tray.files });
    this.place = place;
    const draft = this.drafts.get(place);
    this.fill(draft?.text ?? "");
    this.tray.put(draft?.files ?? []);
  }

  draw(chat, commands) {
    this.commands = commands;
    this.form.hidden = chat.blocked;
    this.unblock.hidden = !chat.blocked;
    this.menu.hidden = !commands.length;
    const source = chat.messages.findLast((message) => message.buttons.flat().some((button) => !isInline(button)));
    const key = (button) => h("button.tg-reply-key", { type: "button", onclick: () => this.acts.press(source, button.label) }, button.label);
    const rows = source && !chat.blocked ? source.buttons : [];
    sync(this.replies, rows.map((row, index) => ({ key: `k${index}`, sig: JSON.stringify([source.message_id, row]), make: () => h("div.tg-keys", {}, row.map(key)) })));
  }

  drawTray() {
    this.uncompressed.hidden = !this.tray.files.some((file) => !file.kind && /^(image|video)\//.test(file.type));
    this.input.placeholder = this.tray.files.length ? "Add a caption" : "Message";
  }

  fill(text) {
    this.input.value = text;
    this.fit();
  }

  /** Begin to answer or to change a message; null ends it. */
  turnTo(about) {
    if (this.about?.kind === "edit") this.fill("");
    this.about = about;
    this.context.hidden = !about;
    this.context.replaceChildren();
    if (!about) return;
    const { kind, message, name } = about;
    const isEdit = kind === "edit";
    if (isEdit) this.fill(message.text ? unparse(message.text, message.entities) : unparse(message.caption ?? "", message.caption_entities));
    const cancel = h("button.plain", { type: "button", "aria-label": "Cancel", onclick: () => this.turnTo(null) }, icon("close"));
    const title = isEdit ? "Edit message" : `Reply to ${name}`;
    this.context.append(icon(isEdit ? "pencil" : "reply"), h("div", {}, h("b", {}, title), h("span", {}, inShort(message))), cancel);
    this.input.focus();
    this.fit();
  }

  async send() {
    const typed = this.input.value;
    const words = parse(typed);
    const files = this.tray.files;
    if (!words.text && !files.length) return;
    const done = this.about?.kind === "edit" ? await this.change(words) : await this.post(words, files);
    if (!done) return;
    this.tray.put([]);
    this.asFiles.checked = false;
    this.about = null;
    this.turnTo(null);
    if (this.input.value === typed) this.fill("");
  }

  change({ text, entities }) {
    const { message } = this.about;
    return this.acts.edit(message, message.text ? { text, entities } : { caption: text, caption_entities: entities });
  }

  async post(words, files) {
    const more = this.about ? { reply_to: this.about.message.message_id } : {};
    if (!files.length) return this.acts.say(words.text, { entities: words.entities, ...more });
    for (const { kind, ...body } of sendings(files, words, this.asFiles.checked)) {
      if (!(await this.acts.send(kind, { ...body, ...more }))) return false;
    }
    return true;
  }

  openCommands() {
    menu(this.menu, this.commands.map(({ command, description }) => ({ label: `/${command}`, note: description, act: () => this.acts.say(`/${command}`) })));
  }

  openAttach() {
    const add = (files, kind) => this.tray.add(files, kind).then(() => this.input.focus());
    menu(this.clip, attachments({ add, send: (kind, fields) => this.acts.send(kind, fields), person: this.acts.person() }));
  }
}

/** Telegram says nothing to a bot about what a person deletes. */
export const askToDelete = (count) =>
  ask({
    title: count > 1 ? `Delete ${count} messages` : "Delete message",
    text: "It goes for you and for the bot. Telegram tells bots nothing about this, so the agents keep what they have seen.",
    yes: "Delete",
    no: "Cancel",
    danger: true,
  });
