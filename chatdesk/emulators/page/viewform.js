// The body of a view, in a modal or in the Home: its blocks, and inputs that keep what was entered when it is redrawn.
import { blocks } from "./blocks.js";
import { input } from "./inputs.js";
import { withState } from "./options.js";

export class ViewForm {
  /** acts: {press(view_id, element, use), fill(view_id, values), suggest(view_id, action_id, typed)} */
  constructor(acts) {
    this.acts = acts;
    this.inputs = new Map();
    this.id = null;
  }

  /** The nodes of an open view: {view_id, view}. */
  draw({ view_id: id, view }, context) {
    const kept = id === this.id ? new Map([...this.inputs].map(([block, field]) => [block, field.state()])) : new Map();
    this.id = id;
    this.inputs.clear();
    const inside = {
      ...context,
      press: (spec, use) => this.press(id, spec, use),
      suggest: async (spec, typed) => (await this.acts.suggest(id, spec.action_id, typed))?.options ?? [],
    };
    const nodes = withState(view).map((block) => this.part(block, inside));
    for (const [block, state] of kept) this.inputs.get(block)?.keep(state);
    return nodes;
  }

  part(block, context) {
    if (block.type !== "input") return blocks([block], context);
    const field = input(block, context);
    this.inputs.set(block.block_id, field);
    return field.node;
  }

  /** What was typed goes along with what is pressed. */
  async press(id, spec, use) {
    const values = this.values();
    if (Object.keys(values).length) await this.acts.fill(id, values);
    return this.acts.press(id, spec, use);
  }

  values() {
    const read = [...this.inputs].map(([block, field]) => [block, field.read()]);
    return Object.fromEntries(read.filter(([, value]) => value !== undefined));
  }

  showErrors(errors) {
    let first = null;
    for (const [block, field] of this.inputs) {
      field.error(errors[block]);
      if (errors[block]) first ??= field;
    }
    first?.focus();
  }
}
