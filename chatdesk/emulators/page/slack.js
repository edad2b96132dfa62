// The agents' side: Slack as one of the agents, with the Home, a channel, and a thread beside it.
import { slack } from "./api.js";
import { ChannelHead, markOf, titleOf } from "./channelhead.js";
import { h, remembered, sync } from "./dom.js";
import { contents } from "./files.js";
import { Home } from "./home.js";
import { icon } from "./icons.js";
import { Modal } from "./modal.js";
import { ask, attempt, toast } from "./overlays.js";
import { switcher } from "./people.js";
import { posts } from "./posts.js";
import { Room } from "./room.js";
import { Seen } from "./seen.js";
import { Sidebar } from "./sidebar.js";
import { Team } from "./team.js";

const UNANSWERED = {
  dispatch_failed: "The desk is not connected, so it did not hear this.",
  operation_timeout: "The desk did not answer in time.",
};
const NO_LOG = { messages: [], ephemerals: [], pins: [] };

export class SlackPane {
  constructor(root, { news }) {
    this.news = news;
    this.changed = () => {};
    this.me = remembered.get("agent");
    this.at = null; // "home" or a channel's id
    this.open = null; // the ts of the thread in the side panel
    this.team = null;
    this.logs = new Map(); // channel id -> its messages as this agent sees them
    this.home = { view_id: null, view: null };
    this.views = [];
    this.seen = new Seen();
    this.build(root);
  }

  build(root) {
    this.people = h("div.people", { role: "group", "aria-label": "Which agent you are" });
    this.workspace = h("span.strip-name", {}, icon("hash"), h("span", {}, "Slack"));
    this.sidebar = new Sidebar((place) => this.go(place));
    this.banner = h("div.sl-banner", { role: "status", hidden: true }, h("b", {}, "The desk is not connected. "), "It will get your messages once it is; buttons and commands do nothing until then.");
    const views = {
      press: (view_id, spec, use) => this.use({ view_id }, spec, use),
      fill: (view_id, values) => this.act("fill", { view_id, values }),
      suggest: (view_id, action_id, value) => this.act("suggest", { view_id, action_id, value }),
    };
    this.head = new ChannelHead(this.sidebar.button, (ts) => this.room.show(ts));
    this.room = new Room("Messages in the channel", "Message", this.head.node, this.writing(() => null));
    this.buildThread();
    this.front = new Home(this.sidebar.button.cloneNode(true), views);
    this.front.node.querySelector(".sl-nav").addEventListener("click", () => this.sidebar.open());
    const middle = h("div.sl-middle", {}, this.banner, this.front.node, this.room.node);
    const cover = h("div.modal-cover", { hidden: true });
    this.modal = new Modal(cover, [this.sidebar.node, middle, this.side], {
      ...views,
      submit: (view_id, values) => this.act("submit", { view_id, values }),
      close: (view_id) => this.act("close", { view_id }),
    });
    root.append(h("div.strip", {}, this.workspace, this.people), h("div.sl-stage", {}, this.sidebar.node, middle, this.side, cover));
  }

  buildThread() {
    this.threadAbout = h("span.sl-about");
    const close = h("button.plain.sl-close", { type: "button", "aria-label": "Close the thread", onclick: () => this.showThread(null) }, icon("close"));
    const back = h("button.plain.sl-back", { type: "button", onclick: () => this.showThread(null) }, icon("back"), "Back");
    const head = h("header.pane-head", {}, back, h("div.pane-title", {}, h("b", {}, "Thread"), this.threadAbout), close);
    this.thread = new Room("Messages in the thread", "Reply…", head, this.writing(() => this.open));
    this.side = h("aside.sl-side", { "aria-label": "Thread", hidden: true }, this.thread.node);
    this.side.addEventListener("keydown", (event) => event.key === "Escape" && this.showThread(null));
  }

  writing(thread) {
    return {
      send: (text, files, editing) => this.send(text, files, editing, thread()),
      people: () => this.team.people,
      typed: (line) => this.team.typed(line),
      shortcuts: () => this.team.shortcuts("global").map((one) => ({ label: one.name, icon: "bolt", act: () => this.act("shortcut", { callback_id: one.callback_id }) })),
    };
  }

  async refresh() {
    const [app, users, channels] = await Promise.all([slack.get("app"), slack.get("users"), slack.get("channels")]);
    this.team = new Team(app, users, channels);
    if (!this.team.agents.some((agent) => agent.id === this.me)) this.me = this.team.agents[0]?.id ?? null;
    await this.fetchMine();
    this.draw();
  }

  /** What this agent sees: the channels, the modals, the Home. */
  async fetchMine() {
    const user = this.me;
    if (!user) return;
    const channels = this.team.channelsOf(user);
    const logs = Promise.all(channels.map((channel) => slack.get("channel", { channel: channel.id, user })));
    const [seen, views, home] = await Promise.all([logs, slack.get("views", { user }), slack.get("home", { user })]);
    if (user !== this.me) return;
    const sig = JSON.stringify([seen, views]);
    const first = !this.sig;
    if (!first && sig !== this.sig) this.news();
    this.sig = sig;
    this.logs = new Map(channels.map((channel, at) => [channel.id, seen[at]]));
    this.views = views;
    this.home = home;
    if (this.at !== "home" && !this.logs.has(this.at)) this.at = (channels.find((one) => one.name === "support") ?? channels[0])?.id ?? "home";
    if (first) this.seen.begin(this.team.agents, this.logs);
  }

  get channel() {
    return this.team.channelsOf(this.me).find((one) => one.id === this.at);
  }

  get log() {
    return { ...NO_LOG, ...this.logs.get(this.at) };
  }

  context() {
    const where = (line) => ({ channel: this.at, ts: line.ts });
    return {
      names: this.team.names(),
      ...this.team.lists(),
      me: this.me,
      pins: this.log.pins,
      shortcuts: this.team.shortcuts("message"),
      fresh: (ts) => this.fresh(ts),
      notes: (ts) => this.notes(ts).length,
      acts: {
        press: (line, spec, use) => this.use(where(line), spec, use),
        react: (line, emoji, own) => this.act(own ? "unreact" : "react", { ...where(line), emoji }),
        thread: (line) => this.showThread(line.ts, true),
        edit: (line) => this.composerFor(line).edit(line),
        pin: (line, isPinned) => this.act(isPinned ? "unpin" : "pin", where(line)),
        remove: (line) => this.remove(line),
        shortcut: (line, callback_id) => this.act("shortcut", { callback_id, ...where(line) }),
        dismiss: (line) => this.dismiss(line),
      },
    };
  }

  composerFor(line) {
    const inPanel = this.open && (line.ts === this.open ? this.side.contains(document.activeElement) : !this.log.messages.some((one) => one.ts === line.ts));
    return (inPanel ? this.thread : this.room).composer;
  }

  notes(thread = null) {
    const place = (one) => (thread ? one.thread_ts === thread : !one.thread_ts);
    return this.log.ephemerals.filter((one) => place(one) && !this.seen.isDismissed(this.me, one));
  }

  fresh(ts) {
    return ts !== this.open && this.seen.hasNews(this.me, this.log.messages.find((one) => one.ts === ts));
  }

  draw() {
    const { app } = this.team;
    sync(this.people, switcher(this.team.agents, this.me, (id) => this.become(id)));
    if (!this.me) return;
    this.workspace.lastChild.textContent = app.team?.name ? `${app.team.name} · Slack` : "Slack";
    this.banner.hidden = Boolean(app.sockets?.length || app.request_url);
    const context = this.context();
    const isHome = this.at === "home";
    this.front.node.hidden = !isHome;
    this.room.node.hidden = isHome;
    if (isHome) this.front.draw(this.home, context);
    else this.drawChannel(context);
    this.drawThread(context);
    this.sidebar.draw({ app, channels: this.team.channelsOf(this.me), at: this.at, unread: (id) => this.seen.isUnread(this.me, id, this.logs.get(id)) });
    this.modal.draw(this.views, context);
  }

  drawChannel(context) {
    const { channel, log } = this;
    this.seen.sawChannel(this.me, channel.id, log);
    this.head.draw(channel, log);
    const items = posts(log.messages, this.notes(), context);
    if (!items.length) items.push({ key: "empty", sig: channel.name, make: () => this.empty() });
    this.room.draw(items, `${this.me} ${channel.id}`, `Message ${titleOf(channel)}`);
  }

  drawThread(context) {
    const root = this.log.messages.find((one) => one.ts === this.open);
    if (!root) this.open = null;
    this.side.hidden = !root;
    this.side.parentElement?.classList.toggle("with-thread", Boolean(root));
    if (!root) return;
    const replies = root.replies.filter((one) => !one.deleted);
    this.seen.sawThread(this.me, root);
    this.threadAbout.textContent = titleOf(this.channel);
    const inside = { ...context, inThread: true };
    const label = replies.length ? `${replies.length} ${replies.length === 1 ? "reply" : "replies"}` : "No replies yet";
    const rule = { key: `rule-${root.ts}`, sig: label, make: () => h("div.sl-rule", {}, h("span", {}, label)) };
    this.thread.draw([...posts([root], [], inside), rule, ...posts(replies, this.notes(root.ts), inside)], `${this.me} ${root.ts}`, "Reply…");
  }

  empty() {
    return h("div.sl-empty", {}, h("span.sl-empty-mark", {}, icon(markOf(this.channel))), h("b", {}, `This is the very beginning of ${titleOf(this.channel)}`), h("p", {}, "New requests from users appear here as cards. Write as a user to see one."));
  }

  showThread(ts, focus = false) {
    const from = this.open;
    this.open = ts;
    this.thread.move();
    this.draw();
    if (ts) this.thread.end.toEnd();
    if (ts && focus && matchMedia("(hover: hover)").matches) this.thread.composer.area.focus({ preventScroll: true });
    if (!ts && from) this.room.list.querySelector(`[data-ts="${from}"] .sl-thread`)?.focus({ preventScroll: true });
  }

  go(place) {
    this.at = place;
    this.open = null;
    this.room.move();
    this.draw();
    if (place === "home") this.act("home", { tab: "home" });
    else this.room.end.toEnd();
  }

  become(id) {
    if (id === this.me) return;
    this.me = id;
    remembered.set("agent", id);
    this.room.move();
    attempt(async () => {
      await this.fetchMine();
      this.draw();
      this.room.end.toEnd();
      if (this.at === "home") await this.act("home", { tab: "home" });
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

  async send(typed, files, editing, thread) {
    const channel = this.at;
    const text = this.team.spelled(typed);
    if (editing) return this.act("edit", { channel, ts: editing.ts, text });
    (thread ? this.thread : this.room).end.toEnd();
    const where = thread ? { channel, thread_ts: thread } : { channel };
    if (files.length) {
      const sent = files.map((file) => ({ name: file.name, ...(file.type ? { mimetype: file.type } : {}), ...contents(file) }));
      return this.act("post", { ...where, text, files: sent });
    }
    const command = typed.match(/^(\/[\w-]+)\s*([\s\S]*)$/);
    if (command) return this.act("command", { ...where, command: command[1], text: command[2] });
    return this.act("post", { ...where, text });
  }

  async remove(line) {
    const yes = await ask({ title: "Delete message", text: "Are you sure you want to delete this message? This cannot be undone.", yes: "Delete", no: "Cancel", danger: true });
    if (yes) await this.act("delete", { channel: this.at, ts: line.ts });
  }

  dismiss(line) {
    this.seen.dismiss(this.me, line);
    this.draw();
  }
}
