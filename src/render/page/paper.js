// A printed page has the list as it is filtered, all rows of it, and the report that is open; or all of its reports.

const MOST_PRINTED_ROWS = 5000;

function printedRow(row, view) {
  const made = makeRow(row, view);
  made.removeAttribute("role");
  return made;
}

function printedArticle(report) {
  const made = document.createElement("div");
  made.className = "sheet";
  made.innerHTML = markupOf(report);
  return made;
}

function fillPaper(view, whole) {
  const paper = byId("paper");
  const filters = setFilters(view).map(([text]) => text);
  if (view.query.text) filters.unshift(`search: ${view.query.text}`);
  for (const severity of view.query.severities) filters.push(SEVERITIES[severity]);
  paper.append(textElement("h1", "", countText(view)), textElement("p", "note", filters.join("; ")));
  for (const row of view.rows.slice(0, MOST_PRINTED_ROWS)) paper.append(printedRow(row, view));
  const more = view.rows.length - MOST_PRINTED_ROWS;
  if (more > 0) paper.append(textElement("p", "", `and ${more.toLocaleString("en")} more rows`));
  const reports = whole ? [...view.shown].sort(orderOf(view.query.sort, view.shown, view.clock)) : view.opened ? [view.opened] : [];
  for (const report of reports) paper.append(printedArticle(report));
  unfoldForPrint(paper);
}

function listenToPrinting(view) {
  let whole = false;
  whilePrinting(() => {
    fillPaper(view, whole);
    return () => byId("paper").replaceChildren();
  });
  const printNow = (all) => {
    byId("printing").close();
    whole = all;
    print();
    whole = false;
  };
  byId("print").addEventListener("click", () => {
    const n = view.shown.length;
    byId("print-list").textContent = view.opened ? "The list, and the open report" : "The list";
    byId("print-all").textContent = `The list, and ${n === 1 ? "its report" : `each of its ${n.toLocaleString("en")} reports`} whole`;
    byId("printing").showModal();
  });
  byId("print-list").addEventListener("click", () => printNow(false));
  byId("print-all").addEventListener("click", () => printNow(true));
}
