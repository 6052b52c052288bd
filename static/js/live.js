// Desk: brings the part of a page that changes up to date each minute, as long as somebody looks.

const PAUSE_MS = 60_000;

async function refresh() {
  const place = document.querySelector("[data-live]");
  // Nothing is taken away from under who reads a table or stands in it by keyboard.
  if (document.hidden || place.contains(document.activeElement)) {
    return;
  }
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  // A redirect leads to the login page.
  if (!answer.ok || answer.redirected) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh) {
    return;
  }
  for (const open of place.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
  }
  place.replaceWith(fresh);
}

setInterval(() => refresh().catch(() => {}), PAUSE_MS);
