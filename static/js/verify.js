// /verify/: hands a record to the worker that checks it, and tells what it found in the page's language.
// Everything hidden until now works only with scripts.

const form = document.querySelector("[data-verify]");
const result = document.querySelector("[data-result]");
const language = document.documentElement.lang || "en";
const locale = language.startsWith("ar") ? "ar-EG-u-nu-arab" : language;
// No dot, which is a digit in Arabic.
const comma = language.startsWith("ar") ? "، " : ", ";
const digits = new Intl.NumberFormat(locale);
let worker = null;

// Line numbers, sizes and counts, and words of ours; hashes and names stay as they are. First-strong
// marks keep what is in another script from turning the sentence around.
function said(name, value) {
  if (Number.isInteger(value)) {
    return digits.format(value);
  }
  const kind = { what: "what", state: "was" }[name];
  const word = kind && document.querySelector(`[data-${kind}="${CSS.escape(value)}"]`);
  return word ? word.textContent : `\u2068${value ?? "?"}\u2069`;
}

function sentence(kind, { code, ...values }) {
  const template = document.querySelector(`[data-${kind}="${CSS.escape(code)}"]`);
  return template ? template.textContent.replace(/\{(\w+)\}/g, (_all, name) => said(name, values[name])) : code;
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
  for (const part of result.querySelectorAll("[data-facts], [data-continued], [data-log], [data-audit-result], [data-not-shown], [data-not-sealed]")) {
    part.hidden = true;
  }
  noFile(false);
  result.querySelector("[data-export]").hidden = true;
}

function noFile(isMissing) {
  form.querySelector("[data-no-file]").hidden = !isMissing;
  form.querySelector("[data-drop]").classList.toggle("wrong", isMissing);
  form.elements.export.setAttribute("aria-invalid", String(isMissing));
  if (isMissing) {
    form.elements.export.focus();
  }
}

// Who counts and is not shown, by the reason. A page holds only so many numbers.
function tellNotShown(notShown) {
  const most = 1000;
  for (const [why, numbers] of Object.entries(notShown)) {
    const [word, place] = result.querySelectorAll(`[data-numbers="${why}"]`);
    word.hidden = place.hidden = !numbers.length;
    const told = numbers.slice(0, most).map((number) => digits.format(number));
    if (numbers.length > most) {
      told.push(form.dataset.moreNumbers.replace("{more}", digits.format(numbers.length - most)));
    }
    place.textContent = told.join(comma);
  }
  result.querySelector("[data-not-shown]").hidden = !Object.values(notShown).some((numbers) => numbers.length);
}

// How many signed a text, which may stand in several versions and in several languages.
function countOf(template, { versions, languages, total }) {
  const values = {
    versions: versions.map((version) => digits.format(version)).join(comma) || "?",
    languages: languages.map((each) => `\u2068${each}\u2069`).join(comma) || "?",
    total: digits.format(total),
  };
  return template.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

function line(text) {
  const item = document.createElement("li");
  item.textContent = text;
  return item;
}

// What the site's log says of the record, and who has signed that.
function tellLog(log) {
  if (!log) {
    tellList("log", []);
    return;
  }
  const lines = [{ code: "told", ...log }, ...log.seen_by.map((each) => ({ code: "seen", ...each }))];
  if (log.unchecked.length) {
    lines.push({ code: "unchecked", names: log.unchecked.join(comma) });
  } else if (!log.seen_by.length) {
    lines.push({ code: "alone" });
  }
  tellList("log", lines);
}

// Of an audit by sample: what holds of it, and what it rests on.
function tellAudit(audit) {
  const place = result.querySelector("[data-audit-result]");
  place.hidden = !audit;
  if (!audit) {
    return;
  }
  const { checks, told, drawn, seen_by: seen } = audit;
  const tellWord = (code, values) => sentence("audit", { code, ...values });
  place.querySelector("h2").textContent = tellWord("title", { audit: audit.audit, drawn: audit.numbers.length });
  const found = checks.flatMap(({ check, holds, problems }) => (
    holds
      ? [`${form.dataset.holds}: ${sentence("audit-check", { code: check })}`]
      : problems.map((problem) => `${form.dataset.fails}: ${sentence("audit-problem", problem)}`)
  ));
  const witnesses = seen.map(({ name, at }) => tellWord(at <= drawn ? "before" : "after", { name, at }));
  const rests = [
    tellWord("dates", { told, date: drawn }),
    ...(witnesses.length ? witnesses : [tellWord("alone", {})]),
    tellWord("answers", {}),
  ];
  place.querySelector("ul").replaceChildren(...[...found, ...rests].map(line));
}

function tellList(kind, told) {
  const place = result.querySelector(`[data-${kind}]`);
  place.hidden = !told.length;
  place.replaceChildren(...told.map((each) => line(sentence(kind, each))));
}

// The finding first, then which check it was.
function entryOf(item, told) {
  const link = document.createElement("a");
  link.href = `#${item.id}`;
  link.textContent = item.querySelector("h3").firstChild.textContent.trim();
  const entry = line(`${told.join(" ")} `);
  entry.append(document.createElement("br"), `${form.dataset.checkWord} `, link);
  return entry;
}

function tell({ holds, checks, not_made: notMade, facts, audit }) {
  const failing = [];
  for (const { check, holds: good, problems, more } of checks) {
    const item = document.querySelector(`[data-check="${check}"]`);
    item.dataset.holds = good ? "yes" : "no";
    item.querySelector("[data-verdict]").textContent = good ? form.dataset.holds : form.dataset.fails;
    const told = problems.map((problem) => sentence("problem", problem));
    if (more) {
      told.push(form.dataset.more.replace("{more}", digits.format(more)));
    }
    item.querySelector("[data-told]").replaceChildren(...told.map(line));
    if (!good) {
      failing.push(entryOf(item, told));
    }
  }
  for (const check of notMade) {
    const item = document.querySelector(`[data-check="${check}"]`);
    item.dataset.holds = "unknown";
    item.querySelector("[data-verdict]").textContent = form.dataset.unmade;
  }
  const summary = document.querySelector(`[data-summary="${notMade.length}"]`);
  result.querySelector("[data-summary-text]").textContent = summary.textContent;
  result.querySelector("[data-finding-text]").textContent = sentence("finding", { code: "nothing_wrong", total: facts.total });
  const wanted = result.querySelector("[data-not-made]");
  wanted.hidden = !notMade.length;
  wanted.replaceChildren(...notMade.map((name) => line(document.querySelector(`[data-wanted="${name}"]`).textContent)));
  // What was not made for want of a key or an earlier checkpoint: here is where to give them.
  result.querySelector("[data-to-compare]").hidden = !notMade.length;
  if (holds && notMade.length) {
    document.querySelector("#compare").open = true;
  }
  for (const problem of audit?.checks.flatMap(({ problems }) => problems) ?? []) {
    failing.push(line(sentence("audit-problem", problem)));
  }
  result.querySelector("[data-failing]").replaceChildren(...failing);
  const box = document.querySelector("[data-facts]");
  box.hidden = false;
  for (const place of box.querySelectorAll("[data-fact]")) {
    const value = place.dataset.fact.split(".").reduce((found, name) => found[name], facts);
    place.textContent = Number.isInteger(value) ? digits.format(value) : value;
  }
  const texts = box.querySelector("[data-texts]");
  texts.replaceChildren(...facts.texts.map((text) => line(countOf(texts.dataset.texts, text))));
  tellList("continued", facts.continued.filter(({ origin }) => origin).map((each) => ({ code: "from", ...each })));
  tellLog(facts.log);
  tellAudit(audit);
  tellNotShown(facts.not_shown);
  result.querySelector("[data-not-sealed]").hidden = false;
  show(holds ? "holds" : "fails");
}

function progress({ done, of }) {
  const bar = result.querySelector("progress");
  bar.max = of || 1;
  bar.value = done;
}

// Whoever took another file of a letter for its record finds the right one.
function offerExport(isWanted) {
  const [chosen] = form.elements.letter?.selectedOptions ?? [];
  const link = result.querySelector("[data-export]");
  link.hidden = !(isWanted && chosen);
  if (chosen) {
    link.href = chosen.dataset.url;
    link.textContent = form.dataset.exportOf.replace("{letter}", chosen.textContent);
  }
}

async function start(source) {
  clear();
  show("working");
  progress({ done: 0, of: 0 });
  result.querySelector("progress").removeAttribute("value");
  result.scrollIntoView({ block: "nearest" });
  const files = [...form.elements.earlier.files].map((file) => file.slice(0, 200000).text());
  const pasted = form.elements.earlier_text.value;
  const earlier = [...(await Promise.all(files)), ...(pasted.trim() ? [pasted] : [])];
  const [log] = form.elements.log.files;
  const [audit] = form.elements.audit.files;
  const told = {
    key: form.elements.key.value.trim(),
    earlier,
    log: log ? await log.slice(0, 200000).text() : "",
    logKey: form.elements.log_key.value.trim(),
    audit: audit ? await audit.slice(0, 200000).text() : null,
    witnessKeys: form.elements.witness_keys.value.split("\n").map((each) => each.trim()).filter((each) => each),
  };
  worker = new Worker(form.dataset.worker, { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.progress) {
      progress(data.progress);
    } else if (data.report) {
      tell(data.report);
    } else {
      result.querySelector("[data-unreadable-text]").textContent = sentence("unreadable", data.unreadable);
      offerExport(["a_list", "a_proof"].includes(data.unreadable.code));
      show("unreadable");
    }
    if (!data.progress) {
      result.querySelector(`[data-state]:not([hidden])`).focus();
    }
  });
  worker.addEventListener("error", () => {
    result.querySelector("[data-unreadable-text]").textContent = sentence("unreadable", { code: "too_old" });
    show("unreadable");
  });
  worker.postMessage({ export: source, ...told });
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
        noFile(true);
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
