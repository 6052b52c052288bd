// In a frame that may open no page (WordPress: sandbox="allow-scripts"), a link asks the page
// around it to go there, by the message of WordPress's own embeds. WordPress follows it only to
// this site, and only with the secret that it wrote behind the frame's address. No module: those
// are not loaded by a frame that counts as of no site.
(() => {
  const secret = new URLSearchParams(location.hash.slice(1).replace(/^\?/, "")).get("secret");
  if (!secret || window.parent === window) return;

  const tell = (message, value) => window.parent.postMessage({ message, value, secret }, "*");
  const tellHeight = () => tell("height", Math.ceil(document.documentElement.scrollHeight));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    tell("link", link.href);
  });
  // WordPress hides the frame until it says how high it is, and asks once it listens.
  addEventListener("message", (event) => {
    if (event.data?.message === "ready" && event.data.secret === secret) tellHeight();
  });
  new ResizeObserver(tellHeight).observe(document.body);
})();
