// Block Kit's interactive elements outside of inputs: using one tells the app at once.
import { ask, h, menu } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { plain } from "./mrkdwn.js";
import { icon } from "./people.js";

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

/** A <select> of a static_select's or users_select's options; its options' values are their positions. */
export function select(spec, context, attributes = {}) {
  const options = [];
  const one = (option) => {
    options.push(option);
    return h("option", { value: String(options.length - 1) }, wordsOf(option));
  };
  const people = () => context.people.map((user) => one({ text: { text: user.name }, value: user.id }));
  const isUsers = spec.type === "users_select";
  const kids = isUsers
    ? people()
    : spec.option_groups
      ? spec.option_groups.map((group) => h("optgroup", { label: withEmoji(group.label.text) }, group.options.map(one)))
      : (spec.options ?? []).map(one);
  const prompt = h("option", { value: "" }, spec.placeholder ? withEmoji(spec.placeholder.text) : "Choose…");
  const node = h("select.bk-select", { "aria-label": spec.placeholder?.text ?? "Choose", ...attributes }, prompt, kids);
  const initial = isUsers ? spec.initial_user : spec.initial_option?.value;
  const at = options.findIndex((option) => option.value === initial);
  node.value = at < 0 ? "" : String(at);
  return { node, chosen: () => options[Number(node.value)], empty: () => node.value === "" };
}

function selectInPlace(spec, context) {
  const { node, chosen, empty } = select(spec, context);
  const initial = node.value;
  node.addEventListener("change", async () => {
    if (empty()) return;
    const option = chosen();
    if (await confirmed(spec.confirm)) await context.press(spec, { label: option.text.text, value: option.value });
    else node.value = initial;
  });
  return node;
}

function choices(spec, context) {
  const kind = spec.type === "checkboxes" ? "checkbox" : "radio";
  const initial = new Set([spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean).map((option) => option.value));
  const group = `in-place-${spec.action_id}-${Math.random()}`;
  const boxes = [];
  const checked = () => spec.options.filter((option, at) => boxes[at].checked).map((option) => option.value);
  const one = (option) => {
    const box = h("input", { type: kind, name: group, checked: initial.has(option.value) });
    boxes.push(box);
    box.addEventListener("change", () => context.press(spec, { value: kind === "radio" ? option.value : checked() }));
    return h("label.bk-choice", {}, box, h("span", {}, wordsOf(option)));
  };
  return h("div.bk-choices", {}, spec.options.map(one));
}

function picker(type) {
  return (spec, context) => {
    const node = h("input.bk-select", { type, "aria-label": spec.placeholder?.text ?? type, value: spec.initial_date ?? spec.initial_time ?? "" });
    node.addEventListener("change", () => context.press(spec, { value: node.value }));
    return node;
  };
}

const ELEMENTS = {
  button,
  overflow,
  static_select: selectInPlace,
  users_select: selectInPlace,
  radio_buttons: choices,
  checkboxes: choices,
  datepicker: picker("date"),
  timepicker: picker("time"),
  image: (spec) => h("span.bk-unknown", {}, spec.alt_text),
};
