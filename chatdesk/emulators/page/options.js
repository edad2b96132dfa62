// What a menu of Block Kit offers, whatever its kind, and what is chosen in it at first.

const SOURCES = { users_select: "people", channels_select: "publicChannels", conversations_select: "channels" };

/** [{text, value, description}]; people and channels come from the context: lists of {id, name}. */
export function optionsOf(spec, context) {
  const source = SOURCES[spec.type.replace(/^multi_/, "")];
  if (source) return context[source].map(({ id, name }) => ({ text: { type: "plain_text", text: name }, value: id }));
  return spec.option_groups ? spec.option_groups.flatMap((group) => group.options) : (spec.options ?? []);
}

const initials = (spec) => Object.keys(spec).filter((key) => /^initial_(options?|users?|channels?|conversations?)$/.test(key));

/** The values that are chosen at first. */
export const initialOf = (spec) => initials(spec).flatMap((key) => spec[key] ?? []).map((one) => one.value ?? one);

/** Blocks with what a person has chosen in them, in place of what was chosen at first. */
export function withState(view) {
  const recalled = (block, spec) => {
    const found = { ...spec };
    for (const [key, value] of Object.entries(view.state?.values?.[block.block_id]?.[spec.action_id] ?? {})) {
      const initial = key === "value" ? "initial_value" : key.startsWith("selected_") ? key.replace("selected_", "initial_") : null;
      if (initial && value !== null) found[initial] = value;
    }
    return found;
  };
  return view.blocks.map((block) => ({
    ...block,
    ...(block.element ? { element: recalled(block, block.element) } : {}),
    ...(block.accessory ? { accessory: recalled(block, block.accessory) } : {}),
    ...(block.type === "actions" ? { elements: block.elements.map((spec) => recalled(block, spec)) } : {}),
  }));
}
