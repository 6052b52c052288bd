// Desk: keeps the figures of a deed about many up to date, until it is done.
// The server answers {"moving", "total", "waiting", "done", "left", "cancelled", "undone", "stayed", "gone"}.

const place = document.querySelector("[data-bulk-url]");
const PAUSE_MS = 2000;
const digits = new Intl.NumberFormat(document.documentElement.lang === "ar" ? "ar-EG" : "en-GB");

async function ask() {
  const answer = await fetch(place.dataset.bulkUrl, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    cache: "no-store",
  });
  // A redirect to the login page is no progress.
  return answer.ok && !answer.redirected ? answer.json() : null;
}

function draw(counts) {
  place.querySelector("[data-meter]").value = counts.total - counts.waiting;
  for (const figure of place.querySelectorAll("[data-figure]")) {
    figure.textContent = digits.format(counts[figure.dataset.figure]);
  }
}

async function look() {
  const counts = document.hidden ? null : await ask().catch(() => null);
  if (counts) {
    draw(counts);
    if (!counts.moving) {
      const said = place.querySelector("[data-said]");
      said.textContent = said.dataset.saidDone;
      // The page says what became of them, and offers what can be done now.
      setTimeout(() => location.reload(), PAUSE_MS);
      return;
    }
  }
  setTimeout(look, PAUSE_MS);
}

if (place) {
  setTimeout(look, PAUSE_MS);
}
