// The reports of the page: rows from JSON, markup from lines that reports share (html_list.cpp, html_pool.hpp).

const SEVERITIES = ["notice", "warning", "error", "fatal"];

// A row's members in the order in which ListPage::add writes them; numbers of words stand for words.
function reportOf(row, words) {
  const [number, follows, boot, timeUs, severity, kind, title, signature, host, file, wallTime, func, known, bug, lines, runs] = row;
  return {
    number, follows, boot, timeUs, severity, lines, runs,
    kind: words[kind], title: words[title], signature: words[signature], host: words[host], file: words[file],
    wallTime: words[wallTime], func: words[func], known: words[known], bug: words[bug],
  };
}

function readReports() {
  const words = [];
  const reports = [];
  for (const chunk of document.querySelectorAll("script.rows")) {
    const fresh = JSON.parse(chunk.textContent);
    for (const word of fresh.words) words.push(word);
    for (const row of fresh.rows) reports.push(reportOf(row, words));
    chunk.remove();
  }
  return reports;
}

// The lines are not looked at before a report is opened or searched.
let pool = null;
function allLines() {
  if (pool) return pool;
  pool = [];
  for (const chunk of document.querySelectorAll("script.lines")) {
    const text = chunk.textContent; // begins with an end of line, and each of its lines has one
    if (text.length > 1) for (const line of text.slice(1, -1).split("\n")) pool.push(line);
    chunk.remove();
  }
  return pool;
}

// "0-2b 7" → [[0, 83], [7, 7]]
function runsOf(report) {
  return report.runs.split(" ").map((run) => {
    const [first, last = first] = run.split("-");
    return [parseInt(first, 36), parseInt(last, 36)];
  });
}

// Written by this program's article renderer, which escapes what comes from the log.
function markupOf(report) {
  const lines = allLines();
  return runsOf(report).map(([first, last]) => lines.slice(first, last + 1).join("\n")).join("\n");
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
function textOfMarkup(line) {
  return line.replace(/<[^>]*>/g, " ").replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity]);
}
