// What a person in Telegram can send beside text: the paper-clip's menu, and files sorted into messages.
import { choose, contents } from "./files.js";
import { samplePictures, sampleSticker } from "./samples.js";

const PLACE = { latitude: 59.94006, longitude: 10.72117 };
const MOST_ALBUM = 10; // https://core.telegram.org/bots/api#sendmediagroup

/** Items for a menu. acts: {add(files, kind): to the tray, send(kind, fields), person: {name}} */
export function attachments({ add, send, person }) {
  const pick = (accept, kind, several = true) => () => choose((files) => add(files, kind), { accept, several });
  return [
    { label: "Photo or video", icon: "image", act: pick("image/*,video/mp4") },
    { label: "File", icon: "file", act: pick("", "document") },
    { label: "Music or sound", icon: "sound", act: pick("audio/*") },
    { label: "Voice message", icon: "mic", note: "from a sound file", act: pick("audio/*", "voice", false) },
    { label: "Video message", icon: "film", note: "from a video", act: pick("video/mp4", "video_note", false) },
    { label: "Location", icon: "place", act: () => send("location", PLACE) },
    { label: "My contact", icon: "person", act: () => send("contact", { first_name: person.first_name, last_name: person.last_name, phone_number: "+47 22 85 50 50" }) },
    { label: "Poll", icon: "poll", act: () => send("poll", { question: "Which day suits you?", options: ["Monday", "Tuesday", "Neither"] }) },
    { label: "Dice", icon: "dice", act: () => send("dice", {}) },
    { label: "Sticker", icon: "smile", act: () => send("sticker", { files: [sampleSticker("🎉")] }) },
    { label: "Forwarded message", icon: "forward", act: () => send("", { text: "The cluster is down for maintenance until Friday, 18:00.", forward_from: { channel: "Cluster news", message_id: 12 } }) },
    { hint: "No file at hand? Take one of these:" },
    { label: "A screenshot", icon: "image", act: () => add(samplePictures(1)) },
    { label: "An album of three", icon: "image", act: () => add(samplePictures(3)) },
  ];
}

function kindOf({ type, kind }) {
  if (kind) return kind;
  if (/^image\/(png|jpeg|webp)$/.test(type)) return "photo";
  if (type === "image/gif") return "animation";
  if (type === "video/mp4") return "video";
  return type.startsWith("audio/") ? "audio" : "document";
}

const ALBUMS = { photo: "pictures", video: "pictures", document: "documents", audio: "audio" };

/** Bodies for `send`: albums of what goes together, the caption on the first message. */
export function sendings(files, caption, asFiles) {
  const bodies = [];
  for (const file of files) {
    const kind = asFiles && !file.kind ? "document" : kindOf(file);
    const album = ALBUMS[kind];
    const last = bodies.at(-1);
    const item = { kind, name: file.name, ...(file.type ? { mime_type: file.type } : {}), ...contents(file) };
    if (album && last?.album === album && last.files.length < MOST_ALBUM) last.files.push(item);
    else bodies.push({ album, kind, files: [item] });
  }
  return bodies.map(({ kind, files: items }, at) => ({ kind, files: items, ...(at === 0 && caption.text ? { caption: caption.text, caption_entities: caption.entities } : {}) }));
}
