// Which reports are shown, in which order and in which groups.

const FIELDS = ["kind", "host", "file", "known", "signature"]; // of which one value can be chosen

function newQuery() {
  return { text: "", severities: new Set(), kind: null, host: null, file: null, known: null, signature: null, span: null, group: "", sort: "severity" };
}

// Words that must be in a report, "some words" as they stand; -word must not be in it.
function termsOf(text) {
  const terms = [];
  for (const [, minus, phrase, word] of text.toLowerCase().matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)) {
    const wanted = phrase ?? word;
    if (wanted) terms.push({ wanted, absent: minus === "-" });
  }
  return terms;
}

// For each line the next one, itself or a later, that has the word. A line that many reports share is searched once.
const searched = new Map();
let lowerLines = null;
function prepareSearch() {
  lowerLines ??= allLines().map((line) => textOfMarkup(line).toLowerCase());
}

function nextHits(word) {
  if (searched.has(word)) return searched.get(word);
  prepareSearch();
  const next = new Uint32Array(lowerLines.length);
  let hit = lowerLines.length;
  for (let at = next.length - 1; at >= 0; --at) {
    if (lowerLines[at].includes(word)) hit = at;
    next[at] = hit;
  }
  if (searched.size > 20) searched.clear();
  searched.set(word, next);
  return next;
}

function hasWord(report, word) {
  report.head ??= [report.title, report.kind, report.host, report.file, report.signature, report.func, report.bug].join("\n").toLowerCase();
  if (report.head.includes(word)) return true;
  const next = nextHits(word);
  report.spans ??= runsOf(report);
  return report.spans.some(([first, last]) => next[first] <= last);
}

function matches(report, query, terms) {
  if (query.severities.size && !query.severities.has(report.severity)) return false;
  if (FIELDS.some((field) => query[field] !== null && report[field] !== query[field])) return false;
  return terms.every(({ wanted, absent }) => hasWord(report, wanted) !== absent);
}

// Without the span of time: the timeline shows what is left out of it, too.
function matching(reports, query) {
  const terms = termsOf(query.text);
  return reports.filter((report) => matches(report, query, terms));
}

function withinSpan(reports, span, clock) {
  if (!span) return reports;
  return reports.filter((report) => {
    const at = clock.of(report);
    return at !== null && at >= span.from && at < span.to;
  });
}

function countBy(reports, field) {
  const counts = new Map();
  for (const report of reports) counts.set(report[field], (counts.get(report[field]) ?? 0) + 1);
  return counts;
}

// What is counted is what the other formats count: an incident is a report that no other led to.
function incidentsIn(reports) {
  return reports.reduce((sum, report) => sum + (report.follows === null), 0);
}

// "4 incidents (5 reports)"; of more reports, "4 of 12 incidents (5 of 20 reports)".
function amountText(some, all = some) {
  const amount = (n, of, word) => `${n === of ? "" : `${n.toLocaleString("en")} of `}${of.toLocaleString("en")} ${word}${of === 1 ? "" : "s"}`;
  const incidents = amount(incidentsIn(some), incidentsIn(all), "incident");
  const reports = amount(some.length, all.length, "report");
  if (incidentsIn(all) === all.length) return incidents;
  return incidentsIn(all) ? `${incidents} (${reports})` : reports;
}

function byText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Every order ends with that of the log.
function orderOf(sort, reports, clock) {
  const log = (a, b) => a.number - b.number;
  const latest = (report) => clock.of(report) ?? -Infinity;
  const frequency = sort === "frequent" ? countBy(reports.filter((report) => report.follows === null), "signature") : null;
  const times = (report) => frequency.get(report.signature) ?? 0;
  const first = {
    severity: (a, b) => b.severity - a.severity,
    latest: (a, b) => (latest(a) === latest(b) ? 0 : latest(b) - latest(a)),
    title: (a, b) => byText(a.title, b.title),
    frequent: (a, b) => times(b) - times(a) || byText(a.signature, b.signature),
    number: log,
  }[sort];
  return (a, b) => first(a, b) || log(a, b);
}

function groupsOf(sorted, field) {
  const groups = new Map();
  for (const report of sorted) {
    const key = report[field];
    if (!groups.has(key)) groups.set(key, { key, reports: [], worst: 0, incidents: 0 });
    const group = groups.get(key);
    group.reports.push(report);
    group.incidents += report.follows === null;
    group.worst = Math.max(group.worst, report.severity);
  }
  return [...groups.values()];
}

// A group stands where its first report would, but by severity the larger of equal ones goes first.
function orderedGroups(sorted, query) {
  const groups = groupsOf(sorted, query.group);
  const size = (a, b) => b.incidents - a.incidents;
  if (query.sort === "severity") groups.sort((a, b) => b.worst - a.worst || size(a, b));
  if (query.sort === "frequent") groups.sort(size);
  return groups;
}

// The rows of the list: reports, or groups with the reports of those that are open.
function rowsOf(shown, query, clock, openGroups) {
  const sorted = [...shown].sort(orderOf(query.sort, shown, clock));
  if (!query.group) return sorted.map((report) => ({ report }));
  const rows = [];
  for (const group of orderedGroups(sorted, query)) {
    rows.push({ group });
    if (openGroups.has(group.key)) for (const report of group.reports) rows.push({ report, inner: true });
  }
  return rows;
}
