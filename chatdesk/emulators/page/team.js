// Who and what ids in Slack stand for, and how people write them.
import { unescape } from "./mrkdwn.js";

const nameOf = (user) => user.profile?.real_name || user.real_name || user.name;

export class Team {
  constructor(app, users, channels) {
    this.app = app;
    this.users = new Map(users.map((user) => [user.id, nameOf(user)]));
    this.people = users.filter((user) => !user.is_bot && !user.deleted).map((user) => ({ id: user.id, name: nameOf(user) }));
    this.channels = channels.filter((channel) => !channel.is_im);
    this.directs = channels.filter((channel) => channel.is_im).map((channel) => ({ ...channel, name: app.name }));
  }

  /** People who are in some channel; all of them while there is none. */
  get agents() {
    const inside = this.people.filter(({ id }) => this.channels.some((channel) => channel.members.includes(id)));
    return inside.length ? inside : this.people;
  }

  /** Where somebody can write: channels, and what the app says to them alone. */
  channelsOf(user) {
    return [...this.channels, ...this.directs].filter((channel) => channel.members.includes(user) && !channel.is_archived);
  }

  names() {
    const known = new Map(this.channels.map((channel) => [channel.id, channel.name]));
    return { app: this.app.name, user: (id) => this.users.get(id), channel: (id) => known.get(id), sig: [...this.users, ...known].flat().join() };
  }

  /** What menus of people and channels offer. */
  lists() {
    return { people: this.people, channels: this.channels, publicChannels: this.channels.filter((channel) => !channel.is_private) };
  }

  shortcuts(type) {
    return (this.app.shortcuts ?? []).filter((one) => one.type === type);
  }

  /** Typed words with the ids of those whom they name. */
  spelled(words) {
    const longest = [...this.users].sort((a, b) => b[1].length - a[1].length);
    const named = longest.reduce((text, [id, name]) => text.replaceAll(`@${name}`, `<@${id}>`), words);
    return this.channels.reduce((text, { id, name }) => text.replace(new RegExp(`(?<![\\w#])#${name}(?![\\w-])`, "g"), `<#${id}>`), named);
  }

  /** A message's text as somebody would type it, for editing. */
  typed({ text }) {
    const { user, channel } = this.names();
    const plain = text
      .replace(/<@(\w+)(?:\|[^<>]*)?>/g, (whole, id) => (user(id) ? `@${user(id)}` : whole))
      .replace(/<#(\w+)(?:\|[^<>]*)?>/g, (whole, id) => (channel(id) ? `#${channel(id)}` : whole))
      .replace(/<((?:https?:\/\/|mailto:)[^<>|]+)>/g, "$1");
    return unescape(plain);
  }
}
