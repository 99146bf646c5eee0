// Reports one below the other: j and k go from one to the next.

whilePrinting(() => unfoldForPrint(document));

const articles = [...document.querySelectorAll("article")];
let current = -1;

function show(at) {
  if (at < 0 || at >= articles.length) return;
  current = at;
  articles[at].tabIndex = -1;
  articles[at].focus({ preventScroll: true });
  articles[at].scrollIntoView();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") show(current + 1);
  if (event.key === "k") show(current - 1);
});
performance.mark("unoops-ready");
