// What Telegram's messages hold beside text: pictures, players, documents, places, people, polls.
import { h } from "./dom.js";
import { fileCard } from "./files.js";
import { icon } from "./icons.js";
import { avatar } from "./people.js";

const WORDS = {
  photo: "Photo",
  video: "Video",
  video_note: "Video message",
  voice: "Voice message",
  audio: "Audio",
  animation: "GIF",
  sticker: "Sticker",
  document: "File",
  location: "Location",
  venue: "Location",
  contact: "Contact",
  poll: "Poll",
  dice: "Dice",
  story: "Story",
  paid_media: "Paid media",
};

/** One line that stands for a message: in a quote, or where somebody answers it. */
export function inShort(message) {
  const words = message.text || message.caption;
  if (words) return words;
  const { media } = message;
  if (!media) return message.service ?? "Message";
  return media.kind === "document" || media.kind === "audio" ? (media.title ?? media.name ?? WORDS[media.kind]) : (WORDS[media.kind] ?? "Message");
}

/** These fill their bubble to the edges, with the time laid over them. */
export const isPicture = (media) => ["photo", "video", "animation"].includes(media?.kind) && Boolean(media.url);
/** These stand on the wallpaper, without a bubble. */
export const isBare = (media) => ["sticker", "dice", "video_note"].includes(media?.kind);

export const mediaNode = (media) => (MEDIA[media.kind] ?? unknown)(media);

const unknown = (media) => h("div.tg-other", {}, `A message of the kind "${media.kind}" is not shown here.`);

/** A picture that has no real bytes, as of a made-up file, is shown as a plate with its kind. */
function picture(media, node) {
  const box = h("div.tg-picture", { "data-kind": media.kind }, node);
  if (media.width && media.height) box.style.setProperty("--ratio", String(media.width / media.height));
  node.addEventListener("error", () => node.replaceWith(h("div.tg-plate", {}, icon(media.kind === "photo" ? "image" : "film"), h("span", {}, WORDS[media.kind]))), true);
  return box;
}

const photo = (media) => picture(media, h("a", { href: media.url, target: "_blank", rel: "noopener", "aria-label": "Open the photo" }, h("img", { src: media.url, alt: "Photo" })));

const player = (attributes) => (media) => picture(media, h("video", { src: media.url, preload: "metadata", playsinline: true, ...attributes }));

function circle(media) {
  const node = player({ controls: true })(media);
  node.classList.add("round");
  return node;
}

function sound(media) {
  const title = media.kind === "voice" ? "Voice message" : [media.performer, media.title ?? media.name].filter(Boolean).join(" – ") || "Audio";
  const length = media.duration ? `${Math.floor(media.duration / 60)}:${String(media.duration % 60).padStart(2, "0")}` : "";
  return h("div.tg-sound", {}, h("div.tg-sound-head", {}, icon(media.kind === "voice" ? "mic" : "sound"), h("b", {}, title), h("span", {}, length)), h("audio", { src: media.url, controls: true, preload: "none", "aria-label": title }));
}

function place({ latitude, longitude, title, address, location }) {
  const at = location ?? { latitude, longitude };
  const spot = `${at.latitude.toFixed(5)}, ${at.longitude.toFixed(5)}`;
  const words = title ? [h("b", {}, title), h("span", {}, address)] : [h("b", {}, "Location"), h("span", {}, spot)];
  return h("a.tg-place", { href: `geo:${at.latitude},${at.longitude}`, title: spot }, h("span.tg-map", {}, icon("place")), h("span.file-words", {}, words));
}

function contact({ first_name: first, last_name: last, phone_number: phone }) {
  const name = [first, last].filter(Boolean).join(" ");
  return h("div.tg-contact", {}, avatar(name, name), h("span.file-words", {}, h("b", {}, name), h("a", { href: `tel:${phone.replace(/[^+\d]/g, "")}` }, phone)));
}

function poll({ question, options, total_voter_count: votes, is_closed: closed }) {
  const one = ({ text, voter_count: count }) => h("li", {}, h("span", {}, text), h("span.tg-votes", {}, votes ? `${Math.round((100 * count) / votes)}%` : ""));
  return h("div.tg-poll", {}, h("b", {}, question), h("small", {}, closed ? "Final results" : "Anonymous poll"), h("ul", {}, options.map(one)), h("small", {}, votes ? `${votes} votes` : "No votes yet"));
}

function sticker(media) {
  const fallback = () => h("span.tg-dice", { role: "img", "aria-label": "Sticker" }, media.emoji ?? "🏷️");
  if (!media.url || media.is_animated || media.is_video) return fallback();
  const image = h("img.tg-sticker", { src: media.url, alt: `Sticker ${media.emoji ?? ""}` });
  image.addEventListener("error", () => image.replaceWith(fallback()));
  return image;
}

const dice = ({ emoji, value }) => h("div", {}, h("span.tg-dice", { role: "img", "aria-label": `${emoji} shows ${value}` }, emoji), h("span.tg-value", {}, String(value)));
const line = (drawing, words) => h("div.tg-other", {}, icon(drawing), words);

const MEDIA = {
  photo,
  video: player({ controls: true }),
  animation: (media) => (media.mime_type?.startsWith("image/") ? photo(media) : player({ autoplay: true, loop: true, muted: true })(media)),
  video_note: circle,
  voice: sound,
  audio: sound,
  document: (media) => fileCard({ ...media, type: media.mime_type }),
  sticker,
  location: place,
  venue: place,
  contact,
  poll,
  dice,
  story: ({ chat }) => line("image", `Story of ${chat?.title ?? "a channel"}`),
  paid_media: ({ star_count: stars }) => line("image", `Paid media, ${stars} ⭐`),
};
