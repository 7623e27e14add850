// One request to the server. A result is only `ok` with a JSON body and the receipt it must hold:
// an empty 200, a log-in page or a proxy's page is a failure and is tried again.
const token = () => document.cookie.match(/(?:^|; )(?:__Host-|__Secure-)?csrftoken=([^;]*)/)?.[1] ?? "";

export const LOGIN = "login";
export const RETRY = "retry";
export const REFUSED = "refused";

export const send = async (url, body, { receipt, keepalive = false }) => {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
      credentials: "same-origin",
      redirect: "manual",
      keepalive,
      signal: keepalive ? undefined : AbortSignal.timeout(20_000),
    });
  } catch {
    return { state: RETRY, text: "The server cannot be reached." };
  }
  const said = await response.json().catch(() => null);
  if (response.ok && said && receipt in said) return { state: "ok", said };
  const text = said?.title ?? "";
  if (response.status === 401 || response.type === "opaqueredirect") return { state: LOGIN, text };
  // 403 is mostly the form's key of before a new log-in: the next try reads the new cookie.
  if ([403, 404].includes(response.status)) return { state: RETRY, text: text || "This account cannot save here." };
  if (response.status >= 500 || response.ok || response.status === 429) return { state: RETRY, text };
  return { state: REFUSED, status: response.status, said: said ?? {}, text: text || `The server answered ${response.status}.` };
};

// 1, 2, 4, … 30 seconds, a little apart so that a room of browsers does not come back at once.
export const pause = (failures) => Math.min(30_000, 1000 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 2);
