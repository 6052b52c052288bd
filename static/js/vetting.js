// Vetting desk: one key for each button or link that names one in data-key, and "choose all".
// Keys do nothing while somebody types, or together with Ctrl, Alt or Meta.

function isTyping(target) {
  return target.closest("input:not([type='checkbox']), select, textarea, [contenteditable]");
}

// The button whose reason is being typed: Enter sends it.
let waiting;

document.addEventListener("keydown", (event) => {
  if (waiting && event.key === "Enter" && event.target.id === waiting.dataset.needs) {
    event.preventDefault();
    waiting.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) {
    return;
  }
  const control = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!control) {
    return;
  }
  event.preventDefault();
  // What needs a reason asks for it first.
  const needed = document.getElementById(control.dataset.needs ?? "");
  if (needed && !needed.value.trim()) {
    waiting = control;
    needed.focus();
    return;
  }
  control.click();
});

const all = document.querySelector("[data-choose-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const box of all.form.querySelectorAll("input[name='chosen']")) {
      box.checked = true;
    }
  });
}

// They work from now on: say so.
for (const hint of document.querySelectorAll("[data-keys]")) {
  hint.hidden = false;
}
