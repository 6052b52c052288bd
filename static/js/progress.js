// Desk: keeps the bar and the figures of an update that is being sent up to date, until all is done.
// The server answers {"total", "waiting", "claimed", "sent", "failed", "unknown", "suppressed", "cancelled"}.

const place = document.querySelector("[data-progress-url]");
const PAUSE_MS = 2000;
const BAR_WIDTH = 1000;
const IN_BAR = ["sent", "unknown", "failed", "suppressed", "cancelled"];
const QUARTERS = [25, 50, 75, 100];
const digits = new Intl.NumberFormat(document.documentElement.lang === "ar" ? "ar-EG" : "en-GB");
let announced = null;

async function ask() {
  const answer = await fetch(place.dataset.progressUrl, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    cache: "no-store",
  });
  // A redirect to the login page is no progress.
  return answer.ok && !answer.redirected ? answer.json() : null;
}

function draw(counts) {
  const total = Math.max(1, counts.total);
  let done = 0;
  for (const name of IN_BAR) {
    const start = Math.floor((done * BAR_WIDTH) / total);
    done += counts[name];
    const segment = place.querySelector(`[data-segment="${name}"]`);
    segment?.setAttribute("x", start);
    segment?.setAttribute("width", Math.floor((done * BAR_WIDTH) / total) - start);
  }
  const meter = place.querySelector("[data-meter]");
  if (meter) {
    meter.max = total;
    meter.value = done - counts.cancelled;
  }
  for (const [name, count] of Object.entries({ ...counts, left: counts.waiting + counts.claimed })) {
    const figure = place.querySelector(`[data-figure="${name}"]`);
    if (figure) {
      figure.textContent = digits.format(count);
    }
  }
  if (counts.cancelled) {
    announceCancelled();
  } else {
    announce(Math.floor((done * 100) / total));
  }
}

function announceCancelled() {
  const said = place.querySelector("[data-said]");
  if (said) {
    said.textContent = said.dataset.saidCancelled;
  }
}

// To who listens: each quarter once, and nothing in between.
function announce(percent) {
  const reached = QUARTERS.filter((quarter) => quarter <= percent).at(-1) ?? 0;
  const said = place.querySelector("[data-said]");
  if (said && announced !== null && reached > announced) {
    said.textContent = said.getAttribute(`data-said-${reached}`);
  }
  announced = reached;
}

async function look() {
  const counts = document.hidden ? null : await ask().catch(() => null);
  if (counts) {
    const isLeft = counts.waiting + counts.claimed > 0;
    if (place.dataset.state === "scheduled") {
      if (counts.total) {
        location.reload();
        return;
      }
    } else {
      draw(counts);
      if (!isLeft) {
        // The page says what became of them, and offers what can be done now.
        setTimeout(() => location.reload(), PAUSE_MS);
        return;
      }
      if (place.dataset.state === "paused" && !counts.claimed) {
        return;
      }
    }
  }
  setTimeout(look, PAUSE_MS);
}

if (place) {
  setTimeout(look, PAUSE_MS);
}
