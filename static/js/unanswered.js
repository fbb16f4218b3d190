"use strict";
// Says so when htmx gets no answer, since the page would otherwise look as if it had been saved, until the next answer comes. Only an
// answer to something sent ends a warning that something may not be saved. Without scripts the browser has a page of its own for this.
(() => {
  document.addEventListener("htmx:error", ({ detail: { ctx, error } }) => {
    const answered = !ctx || ctx.text !== undefined;
    const replaced = error.name === "AbortError" && ctx?.queueStrategy === "replace"; // by a newer request of the same form
    if (answered || replaced) return;
    const message = document.getElementById("unanswered").content.cloneNode(true);
    if (ctx.request.method === "GET") message.querySelector(".unsaved").remove();
    document.querySelector(".messages").replaceChildren(message);
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const message = document.querySelector(".messages > .unanswered");
    if (ctx.request.method !== "GET" || !message?.querySelector(".unsaved")) message?.remove();
  });
})();
