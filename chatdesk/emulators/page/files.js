// Files on their way: those that a person chose, dropped or pasted and has not sent yet, and cards of those that were sent.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { toast } from "./overlays.js";

const MOST_READ = 64 * 1024 * 1024; // of larger files only the size is told: the emulators make their bytes up
const UNITS = ["B", "KB", "MB", "GB"];

export function sizeOf(bytes) {
  const step = bytes > 0 ? Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), UNITS.length - 1) : 0;
  const count = bytes / 1024 ** step;
  return `${step && count < 10 ? count.toFixed(1) : Math.round(count)} ${UNITS[step]}`;
}

const HUES = { image: "image", video: "film", audio: "sound" };
const drawing = (type) => HUES[(type ?? "").split("/")[0]] ?? "file";
const ending = (name) => (/\.(\w{1,4})$/.exec(name ?? "")?.[1] ?? "").toUpperCase();

/** What stands for a file that cannot be shown where it is: its name and size, and a click saves it. */
export function fileCard({ name, type, size, url }) {
  const words = [ending(name), size ? sizeOf(size) : null].filter(Boolean).join(" · ");
  const inside = [h("span.file-mark", {}, icon(drawing(type))), h("span.file-words", {}, h("b", {}, name || "File"), h("span", {}, words))];
  if (!url) return h("span.file-card", {}, inside);
  return h("a.file-card", { href: url, download: name || "file", "aria-label": `Save ${name || "the file"}` }, inside);
}

/** {name, type, size, content (base64) or nothing, preview} of a file of the browser. */
async function read(file) {
  const known = { name: file.name || "file", type: file.type, size: file.size };
  if (file.size > MOST_READ) return known;
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return { ...known, content: url.slice(url.indexOf(",") + 1), preview: file.type.startsWith("image/") ? url : null };
}

/** What the control surfaces take of a file: its bytes, or how many they are. */
export const contents = (file) => (file.content === undefined ? { size: file.size } : { content: file.content });

/** The files that wait to be sent with the next message; `changed()` whenever they are others. */
export class Tray {
  constructor(changed) {
    this.changed = changed;
    this.files = [];
    this.node = h("div.tray", { role: "group", "aria-label": "Files to be sent", hidden: true });
  }

  async add(list, kind) {
    for (const file of list) {
      if (!file.size) {
        toast(`${file.name} is empty, and empty files cannot be sent.`, "error");
        continue;
      }
      this.files.push({ ...(await read(file)), kind });
    }
    this.draw();
  }

  take() {
    const taken = this.files;
    this.files = [];
    this.draw();
    return taken;
  }

  put(files) {
    this.files = files;
    this.draw();
  }

  draw() {
    this.node.hidden = !this.files.length;
    this.node.replaceChildren(...this.files.map((file, at) => this.chip(file, at)));
    this.changed();
  }

  chip(file, at) {
    const remove = () => {
      this.files.splice(at, 1);
      this.draw();
    };
    const picture = file.preview ? h("img", { src: file.preview, alt: "" }) : h("span.file-mark", {}, icon(drawing(file.type)));
    const words = h("span.file-words", {}, h("b", {}, file.name), h("span", {}, sizeOf(file.size)));
    return h("div.chip", {}, picture, words, h("button.chip-remove", { type: "button", "aria-label": `Remove ${file.name}`, onclick: remove }, icon("close")));
  }
}

/** Opens the browser's dialog for files; `accept` as in HTML. */
export function choose(picked, { accept = "", several = true } = {}) {
  const input = h("input", { type: "file", accept, multiple: several, hidden: true });
  input.addEventListener("change", () => picked([...input.files]));
  document.body.append(input);
  input.click();
  setTimeout(() => input.remove(), 60_000);
}

/** Files that are dropped on `zone`, or pasted into `area`, are `picked`. */
export function receive(zone, area, picked) {
  let depth = 0;
  const over = (on) => zone.classList.toggle("dropping", on);
  const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  zone.addEventListener("dragenter", (event) => holds(event) && over(Boolean((depth += 1))));
  zone.addEventListener("dragleave", (event) => holds(event) && over((depth = Math.max(0, depth - 1)) > 0));
  zone.addEventListener("dragover", (event) => holds(event) && event.preventDefault());
  zone.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    picked([...event.dataTransfer.files]);
  });
  area.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    picked(files);
  });
}
