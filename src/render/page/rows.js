// The list. All rows are of one height, and only those that are seen are in the document.

const list = document.getElementById("list");
const canvas = document.getElementById("canvas");

function textElement(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// Files without the directory that all are in.
function shortenFiles(reports) {
  const paths = [...new Set(reports.map((report) => report.file))];
  let common = paths[0].slice(0, paths[0].lastIndexOf("/") + 1);
  for (const path of paths) while (!path.startsWith(common)) common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
  for (const report of reports) report.shortFile = report.file.slice(common.length);
}

// Which machine or log a report is of, unless all are of one.
function originsOf(report, alike) {
  const origins = [];
  if (report.host && !alike.host) origins.push(report.host);
  if (report.file && !alike.file) origins.push(report.shortFile);
  return origins;
}

// What tells a report from others.
function detailsOf(report, { alike, query }, origins) {
  const words = [`#${report.number}`];
  if (report.bug && query.group !== "bug") words.push(`${report.known}: ${report.bug}`);
  words.push(...origins);
  if (!alike.boot) words.push(`boot ${report.boot}`);
  if (report.wallTime) words.push(report.wallTime.replace(/[.,]\d+/, "").replace(/(\d)T(\d)/, "$1 $2"));
  else if (report.timeUs !== null) words.push(uptimeText(report.timeUs / 1000));
  if (report.follows !== null) words.push(`follows #${report.follows}`);
  return words.join(" · ");
}

function nameOfGroup(group, field) {
  if (field === "severity") return SEVERITIES[group.key];
  if (field === "signature") return group.reports[0].title;
  if (field === "file" && group.key) return group.reports[0].shortFile;
  return group.key || { file: "standard input", bug: "not known" }[field] || `no ${field}`;
}

function detailsOfGroup(group) {
  const hosts = new Set(group.reports.map((report) => report.host || report.file)).size;
  const words = [amountText(group.reports)];
  if (hosts > 1) words.push(`${hosts} ${group.reports[0].host ? "hosts" : "files"}`);
  return words.join(" · ");
}

// Where a title does not fit, its middle is left out: the function that it names stands at its end.
function titleElement(title) {
  const made = textElement("span", "title", "");
  const at = title.lastIndexOf(" in ");
  made.append(textElement("span", "words", at < 0 ? title : title.slice(0, at)));
  if (at >= 0) made.append(textElement("span", "function", title.slice(at)));
  return made;
}

function wordsOfGroup(group, view) {
  return [titleElement(nameOfGroup(group, view.query.group)), textElement("span", "details", detailsOfGroup(group))];
}

// Below its signature a report is called by where it was.
function wordsOfReport({ report, inner }, view) {
  const origins = originsOf(report, view.alike);
  const byOrigin = inner && view.query.group === "signature" && origins.length > 0;
  return [
    byOrigin ? textElement("span", "title", origins.join(" · ")) : titleElement(report.title),
    textElement("span", "details", detailsOf(report, view, byOrigin ? [] : origins)),
  ];
}

function makeRow(row, view) {
  const severity = row.group ? row.group.worst : row.report.severity;
  const made = document.createElement("div");
  made.className = `row ${SEVERITIES[severity]}${row.group ? " group" : ""}${row.inner ? " inner" : ""}`;
  made.setAttribute("role", "treeitem");
  made.setAttribute("aria-level", row.inner ? 2 : 1);
  made.append(textElement("span", "severity", SEVERITIES[severity]), ...(row.group ? wordsOfGroup(row.group, view) : wordsOfReport(row, view)));
  if (row.group) made.setAttribute("aria-expanded", view.openGroups.has(row.group.key));
  return made;
}

// Rows by their number, as they are in the document.
let drawn = new Map();

function forgetRows() {
  canvas.replaceChildren();
  drawn = new Map();
}

function rowHeight() {
  return parseFloat(getComputedStyle(canvas).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function seenRange(view) {
  const box = canvas.getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  const top = Math.max(frame.top, 0) - box.top;
  const bottom = Math.min(frame.bottom, innerHeight) - box.top;
  const few = 5;
  return [Math.max(0, Math.floor(top / view.height) - few), Math.min(view.rows.length, Math.ceil(bottom / view.height) + few)];
}

function placeRow(view, at) {
  let element = drawn.get(at);
  if (!element) {
    element = makeRow(view.rows[at], view);
    element.id = `row${at}`;
    element.dataset.at = at;
    element.setAttribute("aria-setsize", view.rows.length);
    element.setAttribute("aria-posinset", at + 1);
    element.style.top = `${at * view.height}px`;
    canvas.append(element);
    drawn.set(at, element);
  }
  const row = view.rows[at];
  element.setAttribute("aria-selected", at === view.active);
  element.classList.toggle("open", Boolean(row.report) && row.report === view.opened);
  return element;
}

function drawRows(view) {
  canvas.style.height = `${view.rows.length * view.height}px`;
  const [first, end] = seenRange(view);
  for (const [at, element] of drawn) {
    if ((at < first || at >= end) && at !== view.active) {
      element.remove();
      drawn.delete(at);
    }
  }
  for (let at = first; at < end; ++at) placeRow(view, at);
  if (view.active >= 0) list.setAttribute("aria-activedescendant", placeRow(view, view.active).id);
  else list.removeAttribute("aria-activedescendant");
}

function scrollToActive(view) {
  if (view.active >= 0) placeRow(view, view.active).scrollIntoView({ block: "nearest" });
  drawRows(view);
}
