// The order of those named first: handles to drag by, arrow keys on a handle, and arrows that move
// without a new page. Each change is sent as the form would send it.

const list = document.querySelector("[data-order]");
const form = list?.closest("form");
const said = form?.querySelector("[data-said]");
let sending;

function rows() {
  return [...list.children];
}

// Digits as the page writes them: the places are there already, only who has them changes.
const places = list ? rows().map((row) => row.querySelector("input").value) : [];

function renumber() {
  const all = rows();
  all.forEach((row, at) => {
    row.querySelector("input").value = places[at];
    row.querySelector("[name='up']").disabled = at === 0;
    row.querySelector("[name='down']").disabled = at === all.length - 1;
  });
  form.elements.order.value = all.map((row) => row.dataset.id).join();
}

async function save() {
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const saved = answer.ok && new URL(answer.url).pathname === location.pathname;
    said.textContent = saved ? said.dataset.saved : said.dataset.failed;
  } catch {
    said.textContent = said.dataset.failed;
  }
}

function saveSoon() {
  said.textContent = "";
  clearTimeout(sending);
  sending = setTimeout(save, 400);
}

// Its neighbour is what moves: whatever is taken out of the page loses focus and pointer.
function pass(row, by) {
  const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (by < 0) {
    row.after(neighbour);
  } else {
    row.before(neighbour);
  }
  return neighbour;
}

function step(row, by) {
  if (!(by < 0 ? row.previousElementSibling : row.nextElementSibling)) {
    return;
  }
  const focused = document.activeElement;
  pass(row, by);
  renumber();
  // A button that has come to its end cannot keep the focus.
  (focused.disabled ? row.querySelector("[data-grip]") : focused).focus();
  row.scrollIntoView({ block: "nearest" });
  saveSoon();
}

function drag(event) {
  const row = event.target.closest("li");
  const grip = event.currentTarget;
  const before = rows();
  row.classList.add("moving");
  grip.setPointerCapture(event.pointerId);

  function follow(move) {
    const over = document.elementFromPoint(row.getBoundingClientRect().x + 5, move.clientY);
    const other = over?.closest("[data-order] > li");
    if (!other || other === row) {
      return;
    }
    const box = other.getBoundingClientRect();
    const by = other.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
    if ((move.clientY - box.y - box.height / 2) * by > 0) {
      while (pass(row, by) !== other);
    }
  }

  function drop() {
    grip.removeEventListener("pointermove", follow);
    grip.removeEventListener("lostpointercapture", drop);
    row.classList.remove("moving");
    if (rows().some((each, at) => each !== before[at])) {
      renumber();
      saveSoon();
    }
  }

  grip.addEventListener("pointermove", follow);
  grip.addEventListener("lostpointercapture", drop);
}

if (list) {
  for (const grip of list.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.addEventListener("pointerdown", drag);
    grip.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (by) {
        event.preventDefault();
        step(grip.closest("li"), by);
      }
    });
  }
  for (const arrow of list.querySelectorAll("[data-step]")) {
    arrow.addEventListener("click", (event) => {
      event.preventDefault();
      step(arrow.closest("li"), Number(arrow.dataset.step));
    });
  }
  form.querySelector("[data-grip-hint]").hidden = false;
}
