// Slack's mrkdwn as nodes. `names` tells what ids stand for: {user(id), channel(id)}.
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link } from "./entities.js";
import { clock, dayLabel, moment } from "./people.js";

const before = "(?<![\\p{L}\\p{N}])";
const after = "(?![\\p{L}\\p{N}])";
const marked = (mark) => `${before}${mark}(?=\\S)((?:<[^<>]*>|[^${mark}\\n])+?)(?<=\\S)${mark}${after}`;
const INLINE = new RegExp(`<([^<>]+)>|\`([^\`\\n]+)\`|${marked("\\*")}|${marked("_")}|${marked("~")}|:([a-z0-9_+-]+):`, "u");

export function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

export function mrkdwn(text, names) {
  const parts = text.split(/\n?```\n?([\s\S]+?)\n?```\n?/);
  return parts.flatMap((part, index) => (index % 2 ? [h("pre", {}, unescape(part))] : lines(part, names)));
}

/** A plain_text object: no marks, only emoji. */
export function plain(text) {
  return text.split(/:([a-z0-9_+-]+):/).map((part, index) => (index % 2 ? (emoji(part) ?? `:${part}:`) : part));
}

function lines(text, names) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, index, all) => {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      if (quote) quote.append(h("br"));
      else nodes.push((quote = h("blockquote")));
      quote.append(...inline(quoted[1], names));
      return;
    }
    nodes.push(...inline(line, names));
    if (index < all.length - 1 && !(quote && line === "" && index === all.length - 1)) nodes.push(h("br"));
    quote = null;
  });
  return nodes;
}

function inline(text, names) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    if (found.index) nodes.push(unescape(rest.slice(0, found.index)));
    nodes.push(piece(found, names));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(unescape(rest));
  return nodes;
}

function piece([whole, angle, code, bold, italic, strike, name], names) {
  if (angle !== undefined) return reference(angle, names);
  if (code !== undefined) return h("code", {}, unescape(code));
  if (bold !== undefined) return h("b", {}, inline(bold, names));
  if (italic !== undefined) return h("i", {}, inline(italic, names));
  if (strike !== undefined) return h("s", {}, inline(strike, names));
  return emoji(name) ?? whole;
}

function reference(inside, names) {
  const [target, words] = splitOnce(inside, "|");
  if (target.startsWith("@")) return h("span.mention", {}, `@${names.user(target.slice(1)) ?? words ?? target.slice(1)}`);
  if (target.startsWith("#")) return h("span.mention", {}, `#${words || names.channel(target.slice(1)) || target.slice(1)}`);
  if (target.startsWith("!date^")) return slackDate(target, words ?? "");
  if (target.startsWith("!subteam")) return h("span.mention", {}, words ?? "@team");
  if (target.startsWith("!")) return h("span.mention.loud", {}, `@${target.slice(1)}`);
  return link(unescape(target), unescape(words ?? target.replace(/^mailto:/, "")));
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function slackDate(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  const date = moment(seconds);
  if (Number.isNaN(date.getTime()) || !format) return unescape(fallback);
  const long = (month) => date.toLocaleDateString("en-GB", { day: "numeric", month, year: "numeric" });
  const near = (words) => (["Today", "Yesterday"].includes(dayLabel(date)) ? dayLabel(date).toLowerCase() : words);
  const weekday = date.toLocaleDateString("en-GB", { weekday: "long" });
  const forms = {
    date_num: () => date.toLocaleDateString("en-CA"),
    date_slash: () => date.toLocaleDateString("en-GB"),
    date: () => long("long"),
    date_short: () => long("short"),
    date_long: () => `${weekday}, ${long("long")}`,
    date_pretty: () => near(long("long")),
    date_short_pretty: () => near(long("short")),
    date_long_pretty: () => near(`${weekday}, ${long("long")}`),
    time: () => clock(date),
    time_secs: () => date.toLocaleTimeString("en-GB"),
    ago: () => `${Math.max(0, Math.round((Date.now() - date) / 60000))} minutes ago`,
  };
  const words = format.replace(/\{(\w+)\}/g, (whole, name) => forms[name]?.() ?? whole);
  const node = h("time", { datetime: date.toISOString(), title: date.toString() }, words);
  return url ? link(url, node) : node;
}
