// Copying the link, and the device's own share sheet where it has one. Both buttons are hidden without this.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) {
    continue;
  }
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 3000);
  });
}

for (const button of document.querySelectorAll("[data-share-url]")) {
  if (!navigator.share) {
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    const { shareTitle: title, shareText: text, shareUrl: url } = button.dataset;
    navigator.share(text ? { title, text, url } : { title, url }).catch(() => {});
  });
}
