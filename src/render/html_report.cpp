#include "render/html_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "base/printable.hpp"
#include "render/view.hpp"
#include "unoops/known.hpp"

namespace unoops::render {

namespace {

// A C expression in a sentence is kept on one line where it fits: "dev->queue" has no end behind its hyphen.
std::string sentence_markup(std::string_view sentence) {
  std::string out;
  while (!sentence.empty()) {
    const auto end = std::min(sentence.find(' '), sentence.size());
    const auto word = sentence.substr(0, end);
    const bool expression = word.find("->") != std::string_view::npos;
    out += expression ? "<span class=\"word\">" + escaped(word) + "</span>" : escaped(word);
    if (end < sentence.size()) out += ' ';
    sentence.remove_prefix(std::min(end + 1, sentence.size()));
  }
  return out;
}

class Article {
 public:
  Article(const Report& r, SourceView& source) : r_(r), source_(source) {}

  std::string make() {
    add("<article id=\"r{}\" class=\"{}\">\n", r_.number, severity_id(severity_of(r_)));
    head();
    code();
    traces();
    values("Variables in the dump", variables_of(r_));
    values("Objects in the dump", objects_of(r_));
    messages();
    addresses();
    registers();
    modules();
    log();
    out_ += "</article>\n";
    return std::move(out_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void head() {
    const Verdict v = verdict_of(r_);
    std::string place = v.place;
    if (!r_.file.empty()) place = clean(r_.file) + ", " + place;
    add("<p class=\"verdict\"><span>{} <span class=\"severity\">{}</span> {}</span> <span>{}</span></p>\n", r_.number,
        escaped(v.severity), escaped(v.outcome), escaped(place));
    add("<h2>{}</h2>\n<dl>\n", r_.title.empty() ? "(no title)" : escaped(title_text(r_)));
    for (const auto& statement : statements_of(r_, false)) {
      add("<dt>{}</dt><dd>", escaped(statement.label));
      if (!statement.note.empty()) add("<span class=\"sure\">{}</span>", escaped(statement.note));
      for (const auto& sentence : statement.sentences) add("<p>{}</p>", sentence_markup(sentence));
      out_ += "</dd>\n";
    }
    out_ += "</dl>\n";
  }

  void heading(std::string_view words, std::string_view note = {}) {
    add("<h3>{}", escaped(words));
    if (!note.empty()) add("<small>{}</small>", escaped(note));
    out_ += "</h3>\n";
  }

  void code() {
    if (r_.code.bytes.empty() && r_.code.problem.empty()) return;
    heading("Code");
    if (!r_.code.problem.empty()) add("<p>{}</p>\n", escaped(r_.code.problem));
    if (r_.site.instructions.empty()) return raw_code();
    out_ += "<div class=\"scroll\"><table class=\"instructions\"><tbody>\n";
    for (const auto& i : r_.site.instructions)
      add("<tr{}><td>{}</td><td>{}</td><td>{}</td><td class=\"note\">{}</td></tr>\n",
          i.faulting ? " class=\"fault\"" : "", i.function_offset ? fmt::format("+{:#x}", *i.function_offset) : "",
          hex_bytes(i.bytes), escaped(i.text), escaped(i.note));
    out_ += "</tbody></table></div>\n";
  }

  void raw_code() {
    if (r_.code.bytes.empty()) return;
    out_ += "<pre>";
    for (std::size_t i = 0; i < r_.code.bytes.size(); ++i)
      if (r_.code.fault_offset == i)
        add("<b>{:02x}</b> ", r_.code.bytes[i]);
      else
        add("{:02x} ", r_.code.bytes[i]);
    out_ += "</pre>\n";
  }

  void traces() {
    const auto folded = traces_of(r_, false);
    for (const auto& trace : folded) {
      heading(trace.heading, trace.note);
      rows(trace.rows, true);
    }
    bool hides = false;
    for (const auto& trace : folded)
      hides |= !trace.note.empty() || std::ranges::any_of(trace.rows, [](const TraceRow& row) {
        return row.kind == TraceRow::Kind::fold || row.folded_levels != 0;
      });
    if (!hides) return;
    out_ += "<details><summary>All frames</summary>\n";
    for (const auto& trace : traces_of(r_, true)) {
      add("<p class=\"note\">{}</p>\n", escaped(trace.heading));
      rows(trace.rows, false);
    }
    out_ += "</details>\n";
  }

  void rows(const std::vector<TraceRow>& rows, bool with_source) {
    if (rows.empty()) return;
    out_ += "<div class=\"scroll\"><table class=\"trace\"><tbody>\n";
    for (const auto& row : rows) {
      add("<tr{}>", class_of(row));
      if (row.kind == TraceRow::Kind::fold || row.kind == TraceRow::Kind::context)
        add("<td></td><td colspan=\"3\">{}</td>", escaped(row.name));
      else
        cells(row);
      out_ += "</tr>\n";
      if (with_source && row.source) source_lines(*row.source);
    }
    out_ += "</tbody></table></div>\n";
  }

  void cells(const TraceRow& row) {
    add("<td>{}</td><td>{}{}</td><td>{}</td><td>{}", row.mark ? escaped({&row.mark, 1}) : "",
        row.kind == TraceRow::Kind::inlined ? "  "
        : row.guess                         ? "? "
                                            : "",
        escaped(row.name), escaped(row.place), escaped(row.module));
    if (row.folded_levels) add(" <span class=\"note\">({} inlined)</span>", row.folded_levels);
    if (!row.note.empty()) add(" <span class=\"note\">{}</span>", escaped(row.note));
    out_ += "</td>";
  }

  static std::string_view class_of(const TraceRow& row) {
    if (row.kind == TraceRow::Kind::fold) return " class=\"fold\"";
    if (row.kind == TraceRow::Kind::context) return " class=\"context\"";
    if (row.mark == '>') return " class=\"culprit\"";
    return row.guess ? " class=\"guess\"" : "";
  }

  void source_lines(const Location& at) {
    const auto lines = source_.around(at);
    if (lines.empty()) return;
    out_ += "<tr><td></td><td colspan=\"3\"><pre>";
    for (const auto& line : lines) add("{}{:>6}  {}\n", line.here ? '>' : ' ', line.number, escaped(line.text));
    out_ += "</pre></td></tr>\n";
  }

  void lines(const std::vector<std::string>& all) {
    out_ += "<pre>";
    for (const auto& line : all) add("{}\n", escaped(line));
    out_ += "</pre>";
  }

  void values(std::string_view words, const std::vector<ValueTable>& all) {
    if (all.empty()) return;
    heading(words);
    for (const auto& table : all) {
      add("<p class=\"note\">{}{}{}</p>\n", escaped(table.heading), table.note.empty() ? "" : ", ",
          escaped(table.note));
      out_ += "<div class=\"scroll\"><table class=\"trace\"><tbody>\n";
      for (const auto& row : table.rows)
        add("<tr{}><td>{}</td><td>{}{}</td><td>{}</td><td class=\"note\">{}</td></tr>\n",
            row.bad ? " class=\"culprit\"" : "", row.bad ? "&gt;" : "", std::string(2 * row.indent, ' '),
            escaped(row.name), escaped(row.value), escaped(row.type));
      out_ += "</tbody></table></div>\n";
      if (table.more != 0) add("<p class=\"note\">{}</p>\n", plural(table.more, "more member", "more members"));
    }
  }

  void messages() {
    const auto said = messages_of(r_, false);
    if (said.lines.empty() && !said.hidden) return;
    heading("The kernel also said");
    if (!said.lines.empty()) lines(said.lines);
    if (!said.hidden) return;
    add("<details><summary>{} more line{}</summary>", said.hidden, said.hidden == 1 ? "" : "s");
    lines(messages_of(r_, true).lines);
    out_ += "</details>\n";
  }

  void addresses() {
    const auto all = addresses_of(r_);
    if (all.empty()) return;
    out_ += "<div class=\"scroll\"><table class=\"trace\"><tbody>\n";
    for (const auto& one : all)
      add("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(one.name), escaped(one.value), escaped(one.note));
    out_ += "</tbody></table></div>\n";
  }

  void register_list(const std::vector<Named>& all) {
    out_ += "<ul class=\"registers mono\">\n";
    for (const auto& reg : all) {
      add("<li><b>{}</b> {}", escaped(reg.name), escaped(reg.value));
      if (!reg.note.empty()) add(" ({})", escaped(reg.note));
      out_ += "</li>\n";
    }
    out_ += "</ul>\n";
  }

  void registers() {
    const auto view = registers_of(r_, false);
    const auto user = user_registers_of(r_);
    if (view.shown.empty() && user.empty()) return;
    heading("Registers");
    if (!view.shown.empty()) register_list(view.shown);
    if (!view.hidden && user.empty()) return;
    out_ += "<details><summary>All registers</summary>\n";
    if (view.hidden) register_list(registers_of(r_, true).shown);
    if (!user.empty()) {
      out_ += "<p class=\"note\">At the system call, in user mode</p>\n";
      register_list(user);
    }
    out_ += "</details>\n";
  }

  void modules() {
    if (r_.modules.empty() && r_.symbol_notes.empty()) return;
    heading("Modules and symbols");
    const std::string brief = modules_of(r_, false), all = modules_of(r_, true);
    if (!brief.empty()) add("<p>{}</p>\n", escaped(brief));
    if (brief != all) add("<details><summary>All modules</summary><p>{}</p></details>\n", escaped(all));
    for (const auto& note : r_.symbol_notes) add("<p>{}</p>\n", escaped(note));
  }

  void log() {
    if (r_.raw.empty()) return;
    add("<details><summary>The log, {}</summary><pre>", escaped(lines_text(r_)));
    for (const auto& line : r_.raw) add("{}\n", escaped(line));
    out_ += "</pre></details>\n";
  }

  const Report& r_;
  SourceView& source_;
  std::string out_;
};

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : clean(text)) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string html_article(const Report& r, SourceView& source) {
  source.new_report();
  return Article(r, source).make();
}

}  // namespace unoops::render
