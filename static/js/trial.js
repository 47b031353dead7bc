// «Try a case»: an answer that says what is wrong (422) is shown in the place of the outcome too.
"use strict";
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422 || event.detail.target.id !== "trial-result") return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
