// A form with data-uploads shows how far its files have come; without this script it is sent as any form.
//
// data-limit: bytes that may go along; data-too-large and data-failed: sentences, already translated.
"use strict";
(() => {
  for (const form of document.querySelectorAll("form[data-uploads]")) {
    const progress = form.querySelector(".upload-progress");
    const bar = progress && progress.querySelector("progress");
    const problem = form.querySelector("[data-upload-problem]");
    let sending = false;

    const say = (words) => {
      problem.textContent = words;
      problem.hidden = !words;
    };

    form.addEventListener("submit", (event) => {
      const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
      if (!files.length || !bar || !problem) return;
      event.preventDefault();
      if (sending) return;
      if (files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.limit)) {
        say(form.dataset.tooLarge);
        return;
      }
      say("");
      sending = true;
      progress.hidden = false;
      bar.value = 0;
      const request = new XMLHttpRequest();
      const stop = () => {
        sending = false;
        progress.hidden = true;
        say(form.dataset.failed);
      };
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (step) => {
        if (step.lengthComputable) bar.value = (100 * step.loaded) / step.total;
      });
      request.addEventListener("error", stop);
      request.addEventListener("load", () => {
        // The page shows its own sentences: after an answer the redirect has been followed already.
        if (request.status >= 500 || request.status === 413) return stop();
        const shown = new DOMParser().parseFromString(request.responseText, "text/html");
        document.title = shown.title;
        document.body.replaceWith(document.adoptNode(shown.body));
        // The form's own address answers only to POST; a reload must find the page of the case.
        history.replaceState(null, "", form.action.replace(/reply\/$/, ""));
        window.scrollTo(0, 0);
      });
      const data = new FormData(form);
      // Older browsers leave the button out, and "save for later" must never become "send".
      if (event.submitter && event.submitter.name) data.set(event.submitter.name, event.submitter.value);
      request.send(data);
    });
  }
})();
