// Block Kit's interactive elements outside of inputs: using one tells the app at once.
import { combobox } from "./combobox.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { initialOf, optionsOf } from "./options.js";
import { ask, menu } from "./overlays.js";

export const wordsOf = (option) => withEmoji(option.text.text);

/** The node of one element; a kind that is not known is named instead. */
export function element(spec, context) {
  const make = ELEMENTS[spec.type];
  return make ? make(spec, context) : h("span.bk-unknown", {}, `"${spec.type}" is not shown here.`);
}

async function confirmed(confirm) {
  if (!confirm) return true;
  const danger = confirm.style === "danger";
  return ask({ title: confirm.title.text, text: withEmoji(confirm.text.text), yes: confirm.confirm.text, no: confirm.deny.text, danger });
}

function button(spec, context) {
  const style = spec.style ? `.${spec.style}` : "";
  const press = async () => {
    if (!(await confirmed(spec.confirm))) return;
    node.classList.add("busy");
    try {
      await context.press(spec, { label: spec.text.text, value: spec.value });
    } finally {
      node.classList.remove("busy");
    }
  };
  if (spec.url) {
    const href = /^https?:\/\//i.test(spec.url) ? spec.url : undefined;
    return h(`a.bk-button${style}`, { href, target: "_blank", rel: "noopener noreferrer", onclick: () => context.press(spec, {}) }, plain(spec.text.text));
  }
  const node = h(`button.bk-button${style}`, { type: "button", "aria-label": spec.accessibility_label, onclick: press }, plain(spec.text.text));
  return node;
}

function overflow(spec, context) {
  const pick = (option) => async () => {
    if (await confirmed(spec.confirm)) await context.press(spec, { label: option.text.text, value: option.value });
  };
  const node = h("button.bk-button.square", { type: "button", "aria-label": "More actions" }, icon("more"));
  node.addEventListener("click", () => menu(node, spec.options.map((option) => ({ label: wordsOf(option), act: pick(option) }))));
  return node;
}

/** A <select> of a menu's options; the values of its own options are their positions. */
export function select(spec, context, attributes = {}) {
  const options = optionsOf(spec, context);
  const one = (option) => h("option", { value: String(options.indexOf(option)) }, wordsOf(option));
  const kids = spec.option_groups
    ? spec.option_groups.map((group) => h("optgroup", { label: withEmoji(group.label.text) }, group.options.map(one)))
    : options.map(one);
  const prompt = h("option", { value: "" }, spec.placeholder ? withEmoji(spec.placeholder.text) : "Choose…");
  const node = h("select.bk-select", { "aria-label": spec.placeholder?.text ?? "Choose", ...attributes }, prompt, kids);
  const set = (value) => {
    const at = options.findIndex((option) => option.value === value);
    node.value = at < 0 ? "" : String(at);
  };
  set(initialOf(spec)[0]);
  return { node, set, chosen: () => options[Number(node.value || -1)] };
}

function selectInPlace(spec, context) {
  const { node, chosen } = select(spec, context);
  const initial = node.value;
  node.addEventListener("change", async () => {
    const option = chosen();
    if (!option) return;
    if (await confirmed(spec.confirm)) await context.press(spec, { label: option.text.text, value: option.value });
    else node.value = initial;
  });
  return node;
}

function choices(spec, context) {
  const kind = spec.type === "radio_buttons" ? "radio" : "checkbox";
  const options = optionsOf(spec, context);
  const initial = new Set(initialOf(spec));
  const group = `in-place-${spec.action_id}-${Math.random()}`;
  const boxes = options.map((option) => h("input", { type: kind, name: group, checked: initial.has(option.value) }));
  const checked = () => options.filter((option, at) => boxes[at].checked).map((option) => option.value);
  const one = (option, at) => {
    boxes[at].addEventListener("change", () => context.press(spec, { value: kind === "radio" ? option.value : checked() }));
    return h("label.bk-choice", {}, boxes[at], choiceWords(option));
  };
  return h("div.bk-choices", {}, options.map(one));
}

/** The words beside a box: an option may say more in small print. */
export const choiceWords = (option) => h("span", {}, wordsOf(option), option.description && h("small", {}, withEmoji(option.description.text)));

function searched(spec, context) {
  if (!context.suggest) return h("span.bk-unknown", {}, "A menu that asks the app works in modals and in the Home only.");
  const chosen = () => context.press(spec, { value: box.words() ?? [] });
  const box = combobox(spec, { load: (typed) => context.suggest(spec, typed), chosen, id: `find-${spec.action_id}`, label: spec.placeholder?.text ?? "Find" });
  return box.node;
}

function picker(type) {
  return (spec, context) => {
    const node = h("input.bk-select", { type, "aria-label": spec.placeholder?.text ?? type, value: spec.initial_date ?? spec.initial_time ?? localTime(spec.initial_date_time) });
    node.addEventListener("change", () => node.value && context.press(spec, { value: type === "datetime-local" ? seconds(node.value) : node.value }));
    return node;
  };
}

export const seconds = (local) => String(Math.floor(new Date(local).getTime() / 1000));
export function localTime(stamp) {
  if (!stamp) return "";
  const date = new Date(stamp * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

const several = Object.fromEntries(["static", "users", "channels", "conversations"].map((kind) => [`multi_${kind}_select`, choices]));
const single = Object.fromEntries(["static", "users", "channels", "conversations"].map((kind) => [`${kind}_select`, selectInPlace]));

const ELEMENTS = {
  button,
  overflow,
  ...single,
  ...several,
  external_select: searched,
  multi_external_select: searched,
  radio_buttons: choices,
  checkboxes: choices,
  datepicker: picker("date"),
  timepicker: picker("time"),
  datetimepicker: picker("datetime-local"),
  image: (spec) => h("span.bk-unknown", {}, spec.alt_text),
};
