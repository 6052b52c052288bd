// Desk: shows the text as the public will see it while it is being written.
// <textarea data-preview-url="…" data-preview-target="id">; the server renders and cleans the Markdown,
// so what it returns is put in as it is.

const PAUSE_MS = 350;

for (const area of document.querySelectorAll("textarea[data-preview-url]")) {
  const target = document.getElementById(area.dataset.previewTarget);
  if (!target) {
    continue;
  }
  let timer;
  let running;

  const refresh = async () => {
    running?.abort();
    running = new AbortController();
    // Not URL-encoded: that makes nine bytes of a Chinese character, and the server has its limit.
    const body = new FormData();
    body.append("source", area.value);
    body.append("language", area.form?.elements.language?.value || area.lang);
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(area.dataset.previewUrl, {
        method: "POST",
        credentials: "same-origin",
        body,
        signal: running.signal,
      });
      // A redirect to the login page is not a preview.
      if (answer.ok && !answer.redirected) {
        target.innerHTML = await answer.text();
      }
      target.removeAttribute("aria-busy");
    } catch (problem) {
      if (problem.name !== "AbortError") {
        target.removeAttribute("aria-busy");
      }
    }
  };

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE_MS);
  });
  // What was typed before this script was there.
  if (area.value !== area.defaultValue) {
    refresh();
  }
}
