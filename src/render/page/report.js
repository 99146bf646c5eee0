// The report that is open: beside the list where there is room, else in its place.

const reader = document.getElementById("reader");
const article = document.getElementById("article");

function nearby(view, step) {
  for (let at = view.active + step; at >= 0 && at < view.rows.length; at += step) if (view.rows[at].report) return at;
  return -1;
}

function fillReader(view, report) {
  article.innerHTML = markupOf(report);
  reader.scrollTop = 0;
  document.getElementById("previous").disabled = nearby(view, -1) < 0;
  document.getElementById("next").disabled = nearby(view, 1) < 0;
  const alike = view.reports.filter((other) => other.signature === report.signature).length;
  const button = document.getElementById("alike");
  button.hidden = alike < 2;
  button.textContent = view.query.signature === report.signature ? "Not only these" : `Only the ${alike} like this`;
  markFound(view.query.text);
}

// Words of the search are marked in the report, where the browser can do that without changing it.
function markFound(text) {
  if (!globalThis.Highlight || !CSS.highlights) return;
  const words = termsOf(text).filter((term) => !term.absent).map((term) => term.wanted);
  const found = new Highlight();
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (words.length && walker.nextNode()) {
    const node = walker.currentNode;
    const lower = node.data.toLowerCase();
    for (const word of words) {
      for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
        if (at + word.length <= node.data.length) found.add(new StaticRange({ startContainer: node, startOffset: at, endContainer: node, endOffset: at + word.length }));
      }
    }
  }
  CSS.highlights.set("found", found);
}
