// The user's side: the chats of one of the users, one of them open.
import { telegram } from "./api.js";
import { bubbles } from "./bubbles.js";
import { h, remembered, sticky, sync } from "./dom.js";
import { icon } from "./icons.js";
import { ask, attempt, menu, toast } from "./overlays.js";
import { appAvatar, avatar, switcher } from "./people.js";
import { openPlaces, placesOf } from "./places.js";
import { Topics } from "./topics.js";
import { askToDelete, Writing } from "./writing.js";

const fullName = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

export class TelegramPane {
  constructor(root, { news, visible }) {
    this.news = news;
    this.visible = visible;
    this.changed = () => {};
    this.bots = [];
    this.groups = [];
    this.users = [];
    this.chats = new Map(); // key of a place -> the chat as its person sees it
    this.current = Number(remembered.get("user")) || null;
    this.open = new Map(); // user id -> the key of the place that is open
    this.read = new Map(); // key of a place -> the newest message that was on the screen
    this.toasted = new Set();
    this.waiting = new Set();
    this.build(root);
  }

  build(root) {
    this.people = h("div.people", { role: "group", "aria-label": "Which user you are" });
    this.face = h("span.tg-face");
    this.title = h("b", {}, "…");
    this.status = h("span.tg-status", { "aria-live": "polite" }, "bot");
    this.picker = h("button.plain.tg-picker", { type: "button", hidden: true, "aria-label": "Other chats", onclick: () => openPlaces(this.picker, this.places(), (place) => this.unreadIn(place.key), (place) => this.go(place)) }, icon("down"));
    this.more = h("button.plain", { type: "button", "aria-label": "More about this chat", onclick: () => this.openMore() }, icon("dots"));
    this.list = h("div.tg-list");
    this.scroller = h("div.tg-scroll", { role: "log", "aria-label": "Messages with the bot", tabindex: "0" }, this.list);
    this.toasts = h("div.tg-toasts", { "aria-live": "assertive" });
    this.topics = new Topics(() => this.move());
    const stage = h("div.tg-stage", {}, this.scroller, this.toasts);
    this.writing = new Writing(root, {
      say: (text, more) => this.say(text, more),
      send: (kind, fields) => this.act(kind ? "send" : "say", { ...(kind ? { kind } : {}), ...fields, ...this.topics.where(this.place.key) }, true),
      edit: (message, fields) => this.act("edit", { message_id: message.message_id, ...fields }),
      act: (what) => this.act(what),
      press: (message, label) => this.act("press", { message_id: message.message_id, label }, true),
      person: () => this.user,
    });
    root.append(
      h("div.strip", {}, h("span.strip-name", {}, icon("send"), h("span", {}, "Telegram")), this.people),
      h("header.pane-head", {}, this.face, h("div.pane-title", {}, this.title, this.status), this.picker, this.more),
      this.topics.node,
      stage,
      this.writing.node,
    );
    this.end = sticky(this.scroller);
  }

  get user() {
    return this.users.find((user) => user.id === this.current);
  }

  places(user = this.current) {
    return placesOf(user, this.bots, this.groups);
  }

  get place() {
    const places = this.places();
    return places.find((place) => place.key === this.open.get(this.current)) ?? places[0];
  }

  get chat() {
    return this.chats.get(this.place?.key);
  }

  async refresh() {
    const [bots, groups, users] = await Promise.all([telegram.get("bots"), telegram.get("groups"), telegram.get("users")]);
    this.bots = bots.map((bot) => ({ ...bot.user, commands: bot.commands }));
    this.groups = groups;
    this.users = users.filter((user) => !user.is_bot);
    if (!this.user) this.current = this.users[0]?.id ?? null;
    await Promise.all(this.users.flatMap((user) => this.places(user.id).map((place) => this.fetchChat(user.id, place))));
    this.draw();
  }

  async fetchChat(user, place) {
    const first = !this.chats.has(place.key);
    const chat = await telegram.get("chat", { bot: place.bot, ...(place.chat ? { chat: place.chat } : { user }) });
    this.chats.set(place.key, chat);
    if (first) this.read.set(place.key, chat.messages.at(-1)?.message_id ?? 0);
    if (first || user !== this.current) for (const toast of chat.toasts) this.toasted.add(toast.callback_query_id);
    if (user === this.current && this.unreadIn(place.key)) this.news();
  }

  unreadIn(key) {
    const after = this.read.get(key) ?? 0;
    return (this.chats.get(key)?.messages ?? []).filter((m) => m.from === "bot" && !m.deleted && m.message_id > after).length;
  }

  unread(user) {
    return this.places(user).reduce((sum, place) => sum + this.unreadIn(place.key), 0);
  }

  seen() {
    if (!this.chat) return;
    if (this.visible()) this.read.set(this.place.key, this.chat.messages.at(-1)?.message_id ?? 0);
    sync(this.people, switcher(this.users.map((user) => ({ id: user.id, name: fullName(user) })), this.current, (id) => this.become(id), (id) => this.unread(id)));
  }

  draw() {
    const { chat, place } = this;
    if (!chat) return;
    this.seen();
    this.drawHead(chat, place);
    this.topics.draw(place.key, chat.topics);
    const messages = this.topics.shown(place.key, chat.messages);
    const items = bubbles(messages, {
      place: place.key,
      acts: this.acts(),
      waiting: this.waiting,
      me: { id: this.current },
      bot: this.botOf(place).first_name,
      isGroup: Boolean(place.chat),
    });
    if (!messages.length) items.push({ key: `empty-${place.key}`, sig: place.title, make: () => this.empty() });
    sync(this.list, items);
    this.writing.at(place.key);
    this.writing.draw(chat, chat.commands);
    this.end.follow();
    this.showToasts(chat);
  }

  drawHead(chat, place) {
    this.title.textContent = place.title;
    this.face.replaceChildren(place.chat ? avatar(place.title, place.chat) : appAvatar());
    const about = place.chat ? `${chat.members.length} members` : "bot";
    this.status.textContent = chat.action === "typing" ? "typing…" : about;
    this.picker.hidden = this.places().length < 2;
    clearTimeout(this.actionEnds);
    if (chat.action) this.actionEnds = setTimeout(() => this.changed(), 1500); // nobody tells when it has passed
  }

  botOf(place) {
    return this.bots.find((bot) => bot.username === place.bot);
  }

  empty() {
    const start = h("button.tg-start", { type: "button", onclick: () => this.say("/start") }, "Start");
    return h("div.tg-empty", {}, appAvatar(), h("b", {}, this.place.title), h("p", {}, "No messages here yet. Press Start, or simply write what you need."), start);
  }

  acts() {
    const nameOf = (message) => (message.from === "bot" ? this.botOf(this.place).first_name : message.author.name);
    const of = (message) => ({ message_id: message.message_id });
    return {
      say: (text) => this.say(text),
      react: (message, emoji) => this.act("react", { ...of(message), emoji }),
      reply: (message) => this.writing.turnTo({ kind: "reply", message, name: nameOf(message) }),
      edit: (message) => this.writing.turnTo({ kind: "edit", message }),
      remove: (unit) => this.remove(unit),
      press: (message, button, key) => this.press(message, button, key),
    };
  }

  act(what, more = {}, toEnd = false) {
    const { bot, chat } = this.place;
    const where = chat ? { chat } : {};
    if (toEnd) this.end.toEnd();
    return attempt(async () => {
      await telegram.post(what, { bot, user: this.current, ...where, ...more });
      this.changed();
      return true;
    });
  }

  say(text, more = {}) {
    return this.act("say", { text, ...more, ...this.topics.where(this.place.key) }, true);
  }

  async remove(unit) {
    if (!(await askToDelete(unit.length))) return;
    for (const { message_id } of unit) if (!(await this.act("delete", { message_id }))) return;
    toast("Deleted. The bot is not told.");
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

  become(id) {
    if (id === this.current) return;
    this.current = id;
    remembered.set("user", id);
    this.move();
  }

  go(place) {
    this.open.set(this.current, place.key);
    this.move();
  }

  move() {
    this.list.settled = false;
    this.draw();
    this.end.toEnd();
  }

  openMore() {
    if (!this.chat) return;
    const start = { label: "Send /start", icon: "send", act: () => this.say("/start") };
    const block = { label: "Block the bot", icon: "block", danger: true, act: () => this.act("block") };
    const unblock = { label: "Unblock the bot", icon: "block", act: () => this.act("unblock") };
    menu(this.more, this.place.chat ? [start] : [start, this.chat.blocked ? unblock : block]);
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
