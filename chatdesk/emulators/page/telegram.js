// The user's side: one private chat with the bot, as one of the three users.
import { telegram } from "./api.js";
import { ask, attempt, growing, h, menu, remembered, sticky, sync } from "./dom.js";
import { bubbles, isInline } from "./bubbles.js";
import { appAvatar, icon, switcher } from "./people.js";

const fullName = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

export class TelegramPane {
  constructor(root, { news, visible }) {
    this.news = news;
    this.visible = visible;
    this.changed = () => {};
    this.bot = null;
    this.users = [];
    this.chats = new Map();
    this.current = Number(remembered.get("user")) || null;
    this.read = new Map(); // user id -> the newest message that was on the screen
    this.toasted = new Set();
    this.waiting = new Set();
    this.drafts = new Map();
    this.answering = null; // {kind: "reply" or "edit", message}
    this.build(root);
  }

  build(root) {
    this.people = h("div.people", { role: "group", "aria-label": "Which user you are" });
    this.botName = h("b", {}, "…");
    this.status = h("span.tg-status", { "aria-live": "polite" }, "bot");
    this.more = h("button.plain", { type: "button", "aria-label": "More about this chat", onclick: () => this.openMore() }, icon("dots"));
    this.list = h("div.tg-list");
    this.scroller = h("div.tg-scroll", { role: "log", "aria-label": "Messages with the bot", tabindex: "0" }, this.list);
    this.toasts = h("div.tg-toasts", { "aria-live": "assertive" });
    this.context = h("div.tg-context", { hidden: true });
    this.replies = h("div.tg-replies", { role: "group", "aria-label": "Suggested answers" });
    this.commands = h("button.tg-menu", { type: "button", "aria-label": "Commands of the bot", onclick: () => this.openCommands() }, icon("lines"), h("span", {}, "Menu"));
    this.input = h("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message to the bot", maxlength: "4096" });
    this.fit = growing(this.input, () => this.send());
    this.input.addEventListener("keydown", (event) => event.key === "Escape" && this.answer(null));
    const send = h("button.tg-send", { type: "submit", "aria-label": "Send" }, icon("send"));
    this.form = h("form.tg-form", {}, this.commands, this.input, send);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.unblock = h("button.tg-unblock", { type: "button", hidden: true, onclick: () => this.act("unblock") }, "Unblock and restart the bot");
    root.append(
      h("div.strip", {}, h("span.strip-name", {}, icon("send"), "Telegram"), this.people),
      h("header.pane-head", {}, appAvatar(), h("div.pane-title", {}, this.botName, this.status), this.more),
      h("div.tg-stage", {}, this.scroller, this.toasts),
      h("footer.tg-footer", {}, this.replies, this.context, this.form, this.unblock),
    );
    this.end = sticky(this.scroller);
  }

  get user() {
    return this.users.find((user) => user.id === this.current);
  }

  get chat() {
    return this.chats.get(this.current);
  }

  async refresh() {
    const [bots, users] = await Promise.all([telegram.get("bots"), telegram.get("users")]);
    this.bot = bots[0]?.user ? { ...bots[0].user, commands: bots[0].commands } : null;
    this.users = users.filter((user) => !user.is_bot);
    if (!this.user) this.current = this.users[0]?.id ?? null;
    if (this.bot) await Promise.all(this.users.map((user) => this.fetchChat(user.id)));
    this.draw();
  }

  async fetchChat(user) {
    const first = !this.chats.has(user);
    const chat = await telegram.get("chat", { bot: this.bot.username, user });
    this.chats.set(user, chat);
    const newest = chat.messages.at(-1)?.message_id ?? 0;
    if (first) this.read.set(user, newest);
    if (first || user !== this.current) {
      for (const toast of chat.toasts) this.toasted.add(toast.callback_query_id);
    }
    if (user === this.current && this.unread(user)) this.news();
  }

  unread(user) {
    const after = this.read.get(user) ?? 0;
    return (this.chats.get(user)?.messages ?? []).filter((m) => m.from === "bot" && !m.deleted && m.message_id > after).length;
  }

  seen() {
    if (!this.chat) return;
    if (this.visible()) this.read.set(this.current, this.chat.messages.at(-1)?.message_id ?? 0);
    sync(this.people, switcher(this.users.map((user) => ({ id: user.id, name: fullName(user) })), this.current, (id) => this.become(id), (id) => this.unread(id)));
  }

  draw() {
    this.botName.textContent = this.bot?.first_name ?? "No bot yet";
    const chat = this.chat;
    if (!chat) return;
    this.seen();
    this.status.textContent = chat.action === "typing" ? "typing…" : "bot";
    clearTimeout(this.actionEnds);
    if (chat.action) this.actionEnds = setTimeout(() => this.changed(), 1500); // nobody tells when it has passed
    const items = bubbles(chat.messages, {
      acts: this.acts(),
      waiting: this.waiting,
      me: { id: this.current, name: fullName(this.user) },
      bot: { name: this.bot.first_name },
    });
    if (!chat.messages.length) items.push({ key: `empty-${this.current}`, sig: this.bot.first_name, make: () => this.empty() });
    sync(this.list, items);
    this.drawFooter(chat);
    this.end.follow();
    this.showToasts(chat);
  }

  drawFooter(chat) {
    this.form.hidden = chat.blocked;
    this.unblock.hidden = !chat.blocked;
    this.commands.hidden = !this.knownCommands().length;
    const source = chat.messages.findLast((message) => message.buttons.flat().some((button) => !isInline(button)));
    const press = (button) => () => {
      this.end.toEnd();
      this.act("press", { message_id: source.message_id, label: button.label });
    };
    const key = (button) => h("button.tg-reply-key", { type: "button", onclick: press(button) }, button.label);
    const make = (row) => () => h("div.tg-keys", {}, row.map(key));
    const rows = source && !chat.blocked ? source.buttons : [];
    sync(this.replies, rows.map((row, index) => ({ key: `k${index}`, sig: JSON.stringify([source.message_id, row]), make: make(row) })));
  }

  empty() {
    const start = h("button.tg-start", { type: "button", onclick: () => this.say("/start") }, "Start");
    return h("div.tg-empty", {}, appAvatar(), h("b", {}, this.bot.first_name), h("p", {}, "No messages here yet. Press Start, or simply write what you need."), start);
  }

  acts() {
    return {
      say: (text) => this.say(text),
      react: (message, emoji) => this.act("react", { message_id: message.message_id, emoji }),
      reply: (message) => this.answer({ kind: "reply", message }),
      edit: (message) => this.answer({ kind: "edit", message }),
      press: (message, button, key) => this.press(message, button, key),
    };
  }

  act(what, more = {}) {
    const user = this.current;
    return attempt(async () => {
      await telegram.post(what, { bot: this.bot.username, user, ...more });
      this.changed();
      return true;
    });
  }

  say(text, more = {}) {
    this.end.toEnd();
    return this.act("say", { text, ...more });
  }

  async press(message, button, key) {
    this.waiting.add(key);
    this.draw();
    setTimeout(() => this.answered(key), 4000);
    const same = message.buttons.flat().filter((other) => other.label === button.label).length > 1;
    const which = same ? { data: button.data } : { label: button.label };
    if (!(await this.act("press", { message_id: message.message_id, ...which }))) this.answered(key);
  }

  answered(key) {
    if (this.waiting.delete(key)) this.draw();
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const answering = this.answering;
    const sent =
      answering?.kind === "edit"
        ? await this.act("edit", { message_id: answering.message.message_id, text })
        : await this.say(text, answering ? { reply_to: answering.message.message_id } : {});
    if (!sent) return;
    if (this.input.value.trim() === text) this.input.value = "";
    this.answer(null);
    this.end.toEnd();
    this.fit();
  }

  answer(answering) {
    if (this.answering?.kind === "edit" && !answering) this.input.value = "";
    this.answering = answering;
    this.context.hidden = !answering;
    this.context.replaceChildren();
    if (!answering) return;
    if (answering.kind === "edit") this.input.value = answering.message.text;
    const whose = answering.message.from === "user" ? fullName(this.user) : this.bot.first_name;
    const title = answering.kind === "edit" ? "Edit message" : `Reply to ${whose}`;
    const cancel = h("button.plain", { type: "button", "aria-label": "Cancel", onclick: () => this.answer(null) }, icon("close"));
    this.context.append(icon("reply"), h("div", {}, h("b", {}, title), h("span", {}, answering.message.text)), cancel);
    this.input.focus();
    this.fit();
  }

  become(id) {
    if (id === this.current) return;
    this.answer(null);
    this.drafts.set(this.current, this.input.value);
    this.current = id;
    remembered.set("user", id);
    this.input.value = this.drafts.get(id) ?? "";
    this.list.settled = false;
    this.draw();
    this.end.toEnd();
    this.fit();
  }

  knownCommands() {
    return this.chat?.commands?.length ? this.chat.commands : (this.bot?.commands ?? []);
  }

  openCommands() {
    const one = ({ command, description }) => ({ label: `/${command}`, note: description, act: () => this.say(`/${command}`) });
    menu(this.commands, this.knownCommands().map(one));
  }

  openMore() {
    if (!this.chat) return;
    const block = { label: "Block the bot", danger: true, act: () => this.act("block") };
    const unblock = { label: "Unblock the bot", act: () => this.act("unblock") };
    menu(this.more, [{ label: "Send /start", act: () => this.say("/start") }, this.chat.blocked ? unblock : block]);
  }

  showToasts(chat) {
    for (const { callback_query_id: id, text, alert } of chat.toasts) {
      if (this.toasted.has(id)) continue;
      this.toasted.add(id);
      this.waiting.clear();
      if (!text) continue;
      if (alert) {
        ask({ text, yes: "OK" });
        continue;
      }
      const node = h("div.tg-toast", {}, text);
      this.toasts.append(node);
      setTimeout(() => node.remove(), 4000);
    }
  }
}
