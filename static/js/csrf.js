// Another tab's log-in changes the key of all forms: what is sent carries the one that holds now.
export const token = () => document.cookie.match(/(?:^|; )(?:__Host-|__Secure-)?csrftoken=([^;]*)/)?.[1] ?? "";

export const keepFormsValid = () => {
  document.addEventListener("submit", ({ target }) => {
    const field = target.elements?.namedItem("csrfmiddlewaretoken");
    if (field && token()) field.value = token();
  }, true);
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (token()) detail.headers["X-CSRFToken"] = token();
  });
};
