// The control surface (docs/emulators.md): the only thing that the page talks to.

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/control/${path}`, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new Error("The emulators cannot be reached.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `The emulator answered ${response.status}.`);
  return answer;
}

function service(name) {
  return {
    get: (path, query = {}) => {
      const search = new URLSearchParams(query).toString();
      return call("GET", `${name}/${path}${search ? `?${search}` : ""}`);
    },
    post: (path, body) => call("POST", `${name}/${path}`, body),
  };
}

export const telegram = service("telegram");
export const slack = service("slack");

/** Calls `changed(service)` on every change and `linked(bool)` when the stream opens or breaks. */
export function listen(changed, linked) {
  const stream = new EventSource("/control/stream");
  stream.onmessage = (event) => changed(JSON.parse(event.data).service);
  stream.onopen = () => linked(true);
  stream.onerror = () => linked(false);
}

/** Runs `work` at most once at a time; a call while it runs means once more afterwards. */
export function coalesced(work) {
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    again = true;
    running ??= run().finally(() => (running = null));
    return running;
  };
}
