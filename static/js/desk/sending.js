// One request to the server, of JSON or of a form's fields. A result is only `ok` with a JSON body and
// the receipt it must hold: an empty 200, a log-in page or a proxy's page is a failure, tried again.
import { token } from "../csrf.js";
import { gettext } from "../words.js";

export const LOGIN = "login";
export const RETRY = "retry";
export const REFUSED = "refused";

// A request that outlives its page may hold no more than this.
const OUTLIVES = 60_000;
export const outlives = (body) => new Blob([JSON.stringify(body)]).size <= OUTLIVES;

const isObject = (said) => typeof said === "object" && said !== null && !Array.isArray(said);

// 403 is mostly the form's key of before a new log-in: the next try reads the new cookie.
const textOf = (status, said) =>
  said?.title || ([403, 404].includes(status) ? gettext("This account cannot save here.") : gettext("The server answered {status}.", { status }));

const LONGEST = 20_000;
// Until it has taken too long, or nobody wants the answer any more.
const within = (unwanted) =>
  unwanted && AbortSignal.any ? AbortSignal.any([AbortSignal.timeout(LONGEST), unwanted]) : AbortSignal.timeout(LONGEST);

export const send = async (url, body, { receipt, keepalive = false, unwanted = null }) => {
  const asForm = body instanceof FormData;
  // The key that a form was drawn with may be of an earlier log-in: the header's is the one that holds.
  if (asForm) body.delete("csrfmiddlewaretoken");
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { ...(!asForm && { "Content-Type": "application/json" }), Accept: "application/json", "X-CSRFToken": token() },
      body: asForm ? body : JSON.stringify(body),
      credentials: "same-origin",
      redirect: "manual",
      keepalive,
      signal: keepalive ? undefined : within(unwanted),
    });
  } catch {
    return { state: RETRY, text: gettext("The server cannot be reached.") };
  }
  const read = await response.json().catch(() => null);
  const said = isObject(read) ? read : null;
  if (response.ok && said && (said[receipt] ?? null) !== null) return { state: "ok", said };
  const text = textOf(response.status, said);
  if (response.status === 401 || response.type === "opaqueredirect") return { state: LOGIN, text };
  if (response.ok) return { state: RETRY, text: gettext("The answer held no receipt.") };
  if ([403, 404, 408, 425, 429].includes(response.status) || response.status >= 500) return { state: RETRY, text };
  return { state: REFUSED, status: response.status, said: said ?? {}, text };
};

// 1, 2, 4, … 30 seconds, a little apart so that a room of browsers does not come back at once.
export const pause = (failures) => Math.min(30_000, 1000 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 2);
