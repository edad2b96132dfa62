// The agents' side: the channel #support and its threads, as one of the two agents.
import { slack } from "./api.js";
import { ask, attempt, h, remembered, sticky, sync, toast } from "./dom.js";
import { Composer } from "./composer.js";
import { Modal } from "./modal.js";
import { typed } from "./mrkdwn.js";
import { icon, switcher } from "./people.js";
import { posts } from "./posts.js";

const UNANSWERED = {
  dispatch_failed: "The desk is not connected, so it did not hear this.",
  operation_timeout: "The desk did not answer in time.",
};
const nameOf = (user) => user.profile?.real_name || user.real_name || user.name;

export class SlackPane {
  constructor(root, { news }) {
    this.news = news;
    this.changed = () => {};
    this.me = remembered.get("agent");
    this.app = null;
    this.users = [];
    this.channel = null;
    this.log = null;
    this.views = [];
    this.open = null; // the ts of the thread in the side panel
    this.readReplies = new Map(); // "agent ts" -> how many replies were seen
    this.dismissed = new Set(JSON.parse(sessionStorage.getItem("chatdesk.dismissed") ?? "[]"));
    this.build(root);
  }

  build(root) {
    this.people = h("div.people", { role: "group", "aria-label": "Which agent you are" });
    this.workspace = h("span.strip-name", {}, icon("hash"), h("span", {}, "Slack"));
    this.channelName = h("b", {}, "…");
    this.about = h("span.sl-about");
    this.lock = h("span.sl-lock", {}, icon("lock"));
    this.banner = h("div.sl-banner", { role: "status", hidden: true }, h("b", {}, "The desk is not connected. "), "It will get your messages once it is; buttons and commands do nothing until then.");
    this.list = h("div.sl-list");
    this.scroller = h("div.sl-scroll", { role: "log", "aria-label": "Messages in the channel", tabindex: "0" }, this.list);
    this.end = sticky(this.scroller);
    this.composer = new Composer("Message", (text, editing) => this.send(text, null, editing));
    const middle = h("div.sl-middle", {}, h("header.pane-head", {}, this.lock, h("div.pane-title", {}, this.channelName, this.about)), this.banner, this.scroller, this.composer.form);
    this.buildThread();
    this.cover = h("div.modal-cover", { hidden: true });
    const strip = h("div.strip", {}, this.workspace, this.people);
    this.modal = new Modal(this.cover, [middle, this.side], {
      press: (view_id, spec, use) => this.use({ view_id }, spec, use),
      submit: (view_id, values) => this.act("submit", { view_id, values }),
      close: (view_id) => this.act("close", { view_id }),
    });
    root.append(strip, h("div.sl-stage", {}, middle, this.side, this.cover));
  }

  buildThread() {
    this.threadList = h("div.sl-list");
    this.threadScroller = h("div.sl-scroll", { role: "log", "aria-label": "Messages in the thread", tabindex: "0" }, this.threadList);
    this.threadEnd = sticky(this.threadScroller);
    this.threadComposer = new Composer("Reply…", (text, editing) => this.send(text, this.open, editing));
    this.threadAbout = h("span.sl-about");
    const close = h("button.plain.sl-close", { type: "button", "aria-label": "Close the thread", onclick: () => this.showThread(null) }, icon("close"));
    const back = h("button.plain.sl-back", { type: "button", onclick: () => this.showThread(null) }, icon("back"), "Back");
    const head = h("header.pane-head", {}, back, h("div.pane-title", {}, h("b", {}, "Thread"), this.threadAbout), close);
    this.side = h("aside.sl-side", { "aria-label": "Thread", hidden: true }, head, this.threadScroller, this.threadComposer.form);
    this.side.addEventListener("keydown", (event) => event.key === "Escape" && this.showThread(null));
  }

  async refresh() {
    const [app, users, channels] = await Promise.all([slack.get("app"), slack.get("users"), slack.get("channels")]);
    this.app = app;
    this.users = users;
    this.channel = channels.find((one) => one.name === "support") ?? channels.find((one) => !one.is_im);
    if (!this.agents.some((agent) => agent.id === this.me)) this.me = this.agents[0]?.id ?? null;
    await this.fetchLog();
    this.draw();
  }

  get agents() {
    const members = this.channel?.members;
    const people = this.users.filter((user) => !user.is_bot && !user.deleted);
    const inside = people.filter((user) => members?.includes(user.id));
    return (inside.length ? inside : people).map((user) => ({ id: user.id, name: nameOf(user) }));
  }

  async fetchLog() {
    if (!this.me || !this.channel) return;
    const user = this.me;
    const [log, views] = await Promise.all([slack.get("channel", { channel: this.channel.id, user }), slack.get("views", { user })]);
    if (user !== this.me) return;
    const first = !this.log;
    const sig = JSON.stringify([log, views]);
    if (!first && sig !== this.sig) this.news();
    this.sig = sig;
    this.log = log;
    this.views = views;
    if (first) for (const agent of this.agents) for (const line of log.messages) this.readReplies.set(`${agent.id} ${line.ts}`, replyCount(line));
  }

  names() {
    const known = new Map(this.users.map((user) => [user.id, nameOf(user)]));
    return {
      app: this.app.name ?? "App",
      user: (id) => known.get(id),
      channel: (id) => (id === this.channel.id ? this.channel.name : undefined),
      sig: [...known].flat().join(),
    };
  }

  context() {
    return {
      names: this.names(),
      people: this.agents,
      me: this.me,
      shortcuts: (this.app.shortcuts ?? []).filter((one) => (one.type ?? "message") === "message"),
      fresh: (ts) => this.fresh(ts),
      notes: (ts) => this.notes(ts).length,
      acts: {
        press: (line, spec, use) => this.use({ channel: this.channel.id, ts: line.ts }, spec, use),
        react: (line, emoji, own) => this.act(own ? "unreact" : "react", { channel: this.channel.id, ts: line.ts, emoji }),
        thread: (line) => this.showThread(line.ts, true),
        edit: (line) => this.composerFor(line).edit(line),
        remove: (line) => this.remove(line),
        shortcut: (line, callback_id) => this.act("shortcut", { callback_id, channel: this.channel.id, ts: line.ts }),
        dismiss: (line) => this.dismiss(line),
      },
    };
  }

  composerFor(line) {
    const inPanel = this.open && (line.ts === this.open ? this.side.contains(document.activeElement) : !this.log.messages.some((one) => one.ts === line.ts));
    return inPanel ? this.threadComposer : this.composer;
  }

  notes(thread = null) {
    const place = (one) => (thread ? one.thread_ts === thread : !one.thread_ts);
    return this.log.ephemerals.filter((one) => place(one) && !this.dismissed.has(`${this.me} ${one.ts}`));
  }

  fresh(ts) {
    const line = this.log.messages.find((one) => one.ts === ts);
    return ts !== this.open && replyCount(line) > (this.readReplies.get(`${this.me} ${ts}`) ?? 0);
  }

  draw() {
    sync(this.people, switcher(this.agents, this.me, (id) => this.become(id)));
    if (!this.log) return;
    this.workspace.lastChild.textContent = this.app.team?.name ? `${this.app.team.name} · Slack` : "Slack";
    this.banner.hidden = Boolean(this.app.sockets?.length || this.app.request_url);
    this.channelName.textContent = this.channel.name;
    this.about.textContent = `${this.channel.members?.length ?? this.agents.length} members`;
    this.composer.at(`${this.me}`, `Message #${this.channel.name}`);
    const context = this.context();
    const items = posts(this.log.messages, this.notes(), context);
    if (!items.length) items.push({ key: "empty", sig: this.channel.name, make: () => this.empty() });
    sync(this.list, items);
    this.drawThread(context);
    this.end.follow();
    this.modal.draw(this.views, context);
  }

  drawThread(context) {
    const root = this.log.messages.find((one) => one.ts === this.open);
    if (!root) this.open = null;
    this.side.hidden = !root;
    this.side.parentElement?.classList.toggle("with-thread", Boolean(root));
    if (!root) return;
    const replies = (root.replies ?? []).filter((one) => !one.deleted);
    this.readReplies.set(`${this.me} ${root.ts}`, replies.length);
    this.threadAbout.textContent = `#${this.channel.name}`;
    this.threadComposer.at(`${this.me} ${root.ts}`, "Reply…");
    const inside = { ...context, inThread: true };
    const label = replies.length ? `${replies.length} ${replies.length === 1 ? "reply" : "replies"}` : "No replies yet";
    const rule = { key: `rule-${root.ts}`, sig: label, make: () => h("div.sl-rule", {}, h("span", {}, label)) };
    sync(this.threadList, [...posts([root], [], inside), rule, ...posts(replies, this.notes(root.ts), inside)]);
    this.threadEnd.follow();
  }

  empty() {
    return h("div.sl-empty", {}, h("span.sl-empty-mark", {}, icon("lock")), h("b", {}, `This is the very beginning of #${this.channel.name}`), h("p", {}, "New requests from users appear here as cards. Write as a user to see one."));
  }

  showThread(ts, focus = false) {
    const from = this.open;
    this.open = ts;
    this.threadList.settled = false;
    this.draw();
    if (ts) this.threadEnd.toEnd();
    if (ts && focus && matchMedia("(hover: hover)").matches) this.threadComposer.area.focus({ preventScroll: true });
    if (!ts && from) this.list.querySelector(`[data-ts="${from}"] .sl-thread`)?.focus({ preventScroll: true });
  }

  become(id) {
    if (id === this.me) return;
    this.me = id;
    this.sig = null;
    remembered.set("agent", id);
    this.list.settled = false;
    attempt(async () => {
      await this.fetchLog();
      this.draw();
      this.end.toEnd();
    });
  }

  act(what, more) {
    return attempt(async () => {
      const done = await slack.post(what, { user: this.me, ...more });
      if (done?.error) toast(UNANSWERED[done.error] ?? `Slack could not do this: ${done.error}`, "error", 6);
      this.changed();
      return done ?? true;
    });
  }

  use(where, spec, { label, value }) {
    const isButton = spec.type === "button";
    return this.act("press", { ...where, action_id: spec.action_id, ...(isButton ? {} : { label }), value });
  }

  async send(text, thread, editing) {
    const channel = this.channel.id;
    if (editing) return this.act("edit", { channel, ts: editing.ts, text: typed(text) });
    (thread ? this.threadEnd : this.end).toEnd();
    const command = text.match(/^(\/[\w-]+)\s*([\s\S]*)$/);
    const where = thread ? { thread_ts: thread } : {};
    if (command) return this.act("command", { channel, command: command[1], text: command[2], ...where });
    return this.act("post", { channel, text: typed(text), ...where });
  }

  async remove(line) {
    const yes = await ask({ title: "Delete message", text: "Are you sure you want to delete this message? This cannot be undone.", yes: "Delete", no: "Cancel", danger: true });
    if (yes) await this.act("delete", { channel: this.channel.id, ts: line.ts });
  }

  dismiss(line) {
    this.dismissed.add(`${this.me} ${line.ts}`);
    sessionStorage.setItem("chatdesk.dismissed", JSON.stringify([...this.dismissed]));
    this.draw();
  }
}

const replyCount = (line) => line?.replies?.filter((reply) => !reply.deleted).length ?? 0;
