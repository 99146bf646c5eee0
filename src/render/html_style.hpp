#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::render {

inline constexpr std::string_view html_style = R"(
:root { color-scheme: light dark; --ink: #1c2128; --paper: #fff; --soft: #f4f5f7; --line: #d8dce2; --dim: #5f6875;
  --bad: #b3261e; --warn: #8a5a00; --note: #3c5a80; --mark: #fff2cc; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #d9dde3; --paper: #15181c; --soft: #1e2227; --line: #343a42; --dim: #98a1ad;
    --bad: #ff8a80; --warn: #ffcb6b; --note: #9cc2f0; --mark: #3d3417; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 68rem; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; }
h2 { font-size: 1.15rem; margin: .1rem 0 .8rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
h3 small { font-weight: normal; color: var(--dim); margin-left: .6rem; }
a { color: inherit; }
code, pre, td.code, .mono { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
td, th { padding: .1rem .9rem .1rem 0; text-align: left; vertical-align: top; }
th { color: var(--dim); font-weight: normal; }
nav table { width: 100%; }
nav td, nav th { border-bottom: 1px solid var(--line); padding: .25rem .9rem .25rem 0; }
td.number { text-align: right; white-space: nowrap; }
article { border: 1px solid var(--line); border-left: 5px solid var(--note); border-radius: 6px; padding: 1rem 1.25rem; margin: 1.5rem 0; }
article.fatal, article.error { border-left-color: var(--bad); }
article.warning { border-left-color: var(--warn); }
.verdict { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1.5rem; margin: 0; color: var(--dim); }
.fatal .severity, .error .severity { color: var(--bad); }
.warning .severity { color: var(--warn); }
.notice .severity { color: var(--note); }
.severity { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.1rem; margin: 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
dd p { margin: 0; }
.sure { float: right; color: var(--dim); margin-left: 1rem; }
.trace td, .instructions td { white-space: pre; font: 13px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
tr.culprit td, tr.fault td { background: var(--mark); font-weight: 600; }
tr.guess td, tr.fold td, .note { color: var(--dim); }
tr.context td { font-weight: 600; padding-top: .4rem; }
pre { margin: .3rem 0; padding: .6rem .8rem; background: var(--soft); border-radius: 4px; overflow-x: auto; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--dim); }
.registers { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; padding: 0; margin: .2rem 0; list-style: none; }
.registers b { color: var(--dim); font-weight: normal; }
@media print { details > :not(summary) { display: block; } article { break-inside: avoid-page; } }
)";

}  // namespace unoops::render
