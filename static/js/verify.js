// /verify/: hands a record to the worker that checks it, and tells what it found in the page's language.
// Everything hidden until now works only with scripts.

const form = document.querySelector("[data-verify]");
const result = document.querySelector("[data-result]");
const language = document.documentElement.lang || "en";
const locale = language.startsWith("ar") ? "ar-EG-u-nu-arab" : language;
const digits = new Intl.NumberFormat(locale);
let worker = null;

function sentence(kind, { code, ...values }) {
  const template = document.querySelector(`[data-${kind}="${CSS.escape(code)}"]`);
  // Line numbers, sizes and counts; hashes and names stay as they are. First-strong marks keep
  // what is in another script from turning the sentence around.
  const said = (value) => (Number.isInteger(value) ? digits.format(value) : `\u2068${value ?? "?"}\u2069`);
  return template ? template.textContent.replace(/\{(\w+)\}/g, (_all, name) => said(values[name])) : code;
}

function show(state) {
  result.hidden = false;
  for (const part of result.querySelectorAll("[data-state]")) {
    part.hidden = part.dataset.state !== state;
  }
}

function clear() {
  worker?.terminate();
  for (const item of document.querySelectorAll("[data-check]")) {
    item.removeAttribute("data-holds");
    item.querySelector("[data-verdict]").textContent = "";
    item.querySelector("[data-told]").replaceChildren();
  }
  document.querySelector("[data-facts]").hidden = true;
}

function line(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}

function tell({ holds, checks, facts }) {
  const failing = [];
  for (const { check, holds: good, problems, more } of checks) {
    const item = document.querySelector(`[data-check="${check}"]`);
    item.dataset.holds = good ? "yes" : "no";
    if (!good) {
      const link = document.createElement("a");
      link.href = `#${item.id}`;
      link.textContent = item.querySelector("h3").firstChild.textContent.trim();
      const entry = line("");
      entry.append(link);
      failing.push(entry);
    }
    item.querySelector("[data-verdict]").textContent = good ? form.dataset.holds : form.dataset.fails;
    const told = problems.map((problem) => line(sentence("problem", problem)));
    if (more) {
      told.push(line(form.dataset.more.replace("{more}", digits.format(more))));
    }
    item.querySelector("[data-told]").replaceChildren(...told);
  }
  result.querySelector("[data-failing]").replaceChildren(...failing);
  const box = document.querySelector("[data-facts]");
  box.hidden = false;
  for (const place of box.querySelectorAll("[data-fact]")) {
    const value = place.dataset.fact.split(".").reduce((found, name) => found[name], facts);
    place.textContent = Number.isInteger(value) ? digits.format(value) : value;
  }
  show(holds ? "holds" : "fails");
}

function progress({ done, of }) {
  const bar = result.querySelector("progress");
  bar.max = of || 1;
  bar.value = done;
}

async function start(source) {
  clear();
  show("working");
  progress({ done: 0, of: 0 });
  result.querySelector("progress").removeAttribute("value");
  result.scrollIntoView({ block: "nearest" });
  const files = [...form.elements.earlier.files].map((file) => file.slice(0, 200000).text());
  const pasted = form.elements.earlier_text.value;
  const earlier = await Promise.all(files);
  if (pasted.trim()) {
    // A form ends lines its own way, and what is copied often lacks the last end.
    earlier.push(`${pasted.replace(/\r\n?/g, "\n").trim()}\n`);
  }
  worker = new Worker(form.dataset.worker, { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.progress) {
      progress(data.progress);
    } else if (data.report) {
      tell(data.report);
    } else {
      result.querySelector("[data-unreadable-text]").textContent = sentence("unreadable", data.unreadable);
      show("unreadable");
    }
    if (!data.progress) {
      result.querySelector(`[data-state]:not([hidden])`).focus();
    }
  };
  worker.onerror = () => {
    result.querySelector("[data-unreadable-text]").textContent = sentence("unreadable", { code: "too_old" });
    show("unreadable");
  };
  worker.postMessage({ export: source, earlier, key: form.elements.key.value.trim() });
}

if (form && result) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value === "file") {
      const [file] = form.elements.export.files;
      if (file) {
        start(file);
      } else {
        form.elements.export.focus();
      }
    } else {
      start({ url: form.elements.letter.selectedOptions[0].dataset.url });
    }
  });
  const zone = document.querySelector("[data-drop]");
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", over);
    });
  }
  zone.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (file) {
      form.elements.export.files = event.dataTransfer.files;
      start(file);
    }
  });
}
