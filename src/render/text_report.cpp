#include "render/text_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "base/printable.hpp"
#include "render/hyperlink.hpp"
#include "render/page.hpp"
#include "render/view.hpp"
#include "report/questions.hpp"
#include "unoops/known.hpp"

namespace unoops::render {

namespace {

class TextReport {
 public:
  TextReport(const Report& r, const RenderOptions& options, SourceView& source)
      : r_(r), options_(options), source_(source), links_(options), page_(options.width, options.color) {}

  std::string head(const std::string& number) {
    const Verdict v = verdict_of(r_);
    page_.spread(number + " " + v.severity + (v.outcome.empty() ? "" : ": " + v.outcome), severity_style(), v.place);
    page_.line(page_.paint(Style::bold, title_text(r_)));
    return page_.take();
  }

  std::string body(Detail detail) {
    statements();
    if (detail == Detail::brief) return page_.take();
    code();
    traces();
    values("Variables in the dump", variables_of(r_));
    values("Objects in the dump", objects_of(r_));
    messages();
    addresses();
    registers();
    modules_and_symbols();
    if (options_.verbose) everything_else();
    return page_.take();
  }

 private:
  Style severity_style() const {
    const auto severity = severity_of(r_);
    if (severity == Severity::fatal || severity == Severity::error) return Style::red;
    return severity == Severity::warning ? Style::yellow : Style::bold;
  }

  void statements() {
    page_.line();
    for (const auto& statement : statements_of(r_, options_.verbose))
      for (std::size_t i = 0; i < statement.sentences.size(); ++i)
        page_.labelled(i ? std::string_view{} : statement.label, statement.sentences[i],
                       i ? std::string_view{} : std::string_view(statement.note));
  }

  std::string code_heading() const {
    const Frame* pc = own_pc(r_);
    if (!pc || pc->ref.symbol.empty()) return "Code";
    return "Code at " + clean(pc->ref.symbol) + (pc->ref.offset ? fmt::format("+{:#x}", *pc->ref.offset) : "");
  }

  void code() {
    if (r_.code.bytes.empty() && r_.code.problem.empty()) return;
    page_.line();
    page_.line(page_.paint(Style::bold, code_heading()));
    if (r_.code.bytes.empty()) return page_.paragraph(clean(r_.code.problem), 5, 5);
    if (r_.site.instructions.empty() || options_.verbose) raw_code();
    const auto shown = shown_code(r_, options_.verbose);
    std::size_t bytes = 0, text = 0;
    for (const auto& i : shown) {
      bytes = std::max(bytes, i.bytes.size() * 3 + 1);
      if (!i.note.empty()) text = std::max(text, display_width(clean(i.text)) + 2);
    }
    for (const auto& i : shown) instruction(i, std::min<std::size_t>(bytes, 34), std::min(text, room(40)));
  }

  void raw_code() {
    std::string bytes;
    const auto first = r_.code.fault_offset;
    for (std::size_t i = 0; i < r_.code.bytes.size(); ++i) {
      const bool begins = first == i;
      const bool ends = first && i + 1 == *first + static_cast<std::size_t>(r_.code.unit);
      bytes += fmt::format("{}{}{:02x}{}", i ? " " : "", begins ? "<" : "", r_.code.bytes[i], ends ? ">" : "");
    }
    page_.paragraph(bytes, 5, 5);
  }

  void instruction(const Instruction& i, std::size_t bytes_column, std::size_t text_column) {
    const std::string offset =
        i.function_offset ? fmt::format("+{:#x}", *i.function_offset) : fmt::format("{:+d}", relative(i));
    std::string line = i.faulting ? "  >  " : "     ";
    line.append(offset.size() < 6 ? 6 - offset.size() : 0, ' ').append(offset) += "  ";
    line += padded(hex_bytes(i.bytes), bytes_column);
    const std::string text = clean(i.text), note = clean(i.note);
    const std::string noted = padded(text, text_column);
    const bool fits = display_width(line + noted + note) <= page_.width();
    line += note.empty() || !fits ? text : noted + page_.paint(Style::cyan, note);
    page_.line(i.faulting ? page_.paint(Style::bold, line) : line);
    if (!fits && !note.empty()) page_.paragraph(note, 13 + bytes_column, 15 + bytes_column);
  }

  std::ptrdiff_t relative(const Instruction& i) const {
    return static_cast<std::ptrdiff_t>(i.offset) - static_cast<std::ptrdiff_t>(r_.code.fault_offset.value_or(0));
  }

  void traces() {
    const auto all = traces_of(r_, options_.verbose);
    columns(all);
    for (const auto& trace : all) {
      page_.line();
      page_.spread(trace.heading, Style::bold, trace.note.empty() ? "" : "(" + trace.note + ": -v)");
      for (const auto& row : trace.rows) trace_row(row);
    }
  }

  // One pair of columns for all traces of a report.
  void columns(const std::vector<Trace>& all) {
    for (const auto& trace : all)
      for (const auto& row : trace.rows) {
        const auto indent = row.kind == TraceRow::Kind::inlined ? 2u : row.guess ? 2u : 0u;
        if (row.kind == TraceRow::Kind::frame || row.kind == TraceRow::Kind::inlined)
          name_column_ = std::max(name_column_, display_width(row.name) + indent + 2);
        place_column_ = std::max(place_column_, row.place.empty() ? 0 : display_width(row.place) + 2);
      }
    name_column_ = std::min(std::max<std::size_t>(name_column_, 28), room(50));
    place_column_ = std::min(place_column_, room(36));
  }

  // A column of so many at a width of 100 gets its part of what is more or less. Words that are longer run over.
  std::size_t room(std::size_t column) const { return column * page_.width() / 100; }

  void trace_row(const TraceRow& row) {
    if (row.kind == TraceRow::Kind::context) return page_.line("  " + page_.paint(Style::bold, row.name));
    if (row.kind == TraceRow::Kind::fold) return page_.line("     " + page_.paint(Style::dim, row.name));
    std::string line = row.mark == '>' ? "  >  " : row.mark ? fmt::format("  {}: ", row.mark) : "     ";
    line += padded((row.kind == TraceRow::Kind::inlined ? "  " : row.guess ? "? " : "") + row.name, name_column_);
    if (place_column_) {
      const auto place = padded(row.place, place_column_);
      const bool is_place = row.source && !row.place.starts_with('(');  // else why there is none
      line += is_place ? links_.around(row.place, *row.source) + place.substr(row.place.size()) : place;
    }
    if (!row.module.empty()) line += row.module + " ";
    const std::string levels = row.folded_levels ? fmt::format("({} inlined: -v) ", row.folded_levels) : "";
    line += page_.paint(Style::dim, levels + row.note);
    page_.line(row.mark == '>' ? page_.paint(Style::bold, line) : row.guess ? page_.paint(Style::dim, line) : line);
    if (row.source && !options_.source_dirs.empty()) source_lines(*row.source);
  }

  void source_lines(const Location& at) {
    for (const auto& l : source_.around(at))
      page_.line(page_.paint(l.here ? Style::green : Style::dim,
                             fmt::format("       {}{:>6} | {}", l.here ? '>' : ' ', l.number, l.text)));
  }

  void values(std::string_view heading, const std::vector<ValueTable>& all) {
    if (all.empty()) return;
    page_.line();
    page_.line(page_.paint(Style::bold, heading));
    for (const auto& table : all) {
      page_.spread("  " + table.heading, Style::plain, table.note);
      std::size_t name = 0, value = 0;
      for (const auto& row : table.rows) {
        if (row.value.empty() && row.type.empty()) continue;
        name = std::max(name, display_width(row.name) + 2 * row.indent + 2);
        value = std::max(value, display_width(row.value) + 2);
      }
      for (const auto& row : table.rows) value_row(row, std::min(name, room(26)), std::min(value, room(48)));
      if (table.more != 0)
        page_.line("     " + page_.paint(Style::dim, fmt::format("... {} (-v)",
                                                                 plural(table.more, "more member", "more members"))));
    }
  }

  void value_row(const ValueRow& row, std::size_t name_column, std::size_t value_column) {
    const auto cell = [](const std::string& text, std::size_t column) {
      const auto have = display_width(text);
      return text + std::string(have + 2 < column ? column - have : 2, ' ');
    };
    const std::string indent(2 * row.indent, ' ');
    std::string line = row.bad ? "  >  " : "     ";
    if (row.value.empty() && row.type.empty()) return page_.line(line + indent + row.name);
    line += cell(indent + row.name, name_column) + row.value;
    const std::string typed = cell(line, 5 + name_column + value_column);
    if (display_width(typed + row.type) <= page_.width()) line = typed + page_.paint(Style::dim, row.type);
    page_.line(row.bad ? page_.paint(Style::bold, line) : line);
  }

  void messages() {
    const auto said = messages_of(r_, options_.verbose);
    if (said.lines.empty() && !said.hidden) return;
    page_.line();
    const std::string_view more = said.lines.empty() ? "" : "more ", s = said.hidden == 1 ? "" : "s";
    page_.spread("The kernel also said", Style::bold,
                 said.hidden ? fmt::format("({} {}line{}: -v)", said.hidden, more, s) : "");
    for (const auto& line : said.lines) page_.paragraph(line, 5, 7);
  }

  // Those that no message names with them.
  void addresses() {
    auto all = addresses_of(r_);
    if (!options_.verbose)
      std::erase_if(all, [&](const Named& one) {
        return std::ranges::any_of(r_.messages,
                                   [&](const std::string& m) { return m.find(one.value) != std::string::npos; });
      });
    if (all.empty()) return;
    page_.line();
    page_.line(page_.paint(Style::bold, "Addresses"));
    for (const auto& one : all) page_.line("  " + padded(one.name, 34) + padded(one.value, 42) + one.note);
  }

  void registers() {
    const auto view = registers_of(r_, options_.verbose);
    if (view.shown.empty()) return;
    page_.line();
    page_.spread("Registers", Style::bold,
                 view.hidden ? fmt::format("(-v: all {})", view.shown.size() + view.hidden) : "");
    register_lines(view.shown);
  }

  void register_lines(const std::vector<Named>& all) {
    std::string line;
    for (const auto& reg : all) {
      const std::string cell =
          fmt::format("{} {}{}", reg.name, reg.value, reg.note.empty() ? "" : " (" + reg.note + ")");
      const std::string next = line.empty() ? cell : padded(line, (display_width(line) / 24 + 1) * 24) + cell;
      if (!line.empty() && display_width(next) + 2 > page_.width()) {
        page_.line("  " + line);
        line = cell;
      } else {
        line = next;
      }
    }
    if (!line.empty()) page_.line("  " + line);
  }

  void modules_and_symbols() {
    const std::string modules = modules_of(r_, options_.verbose);
    if (modules.empty() && r_.symbol_notes.empty()) return;
    page_.line();
    if (!modules.empty()) page_.labelled("Modules", modules);
    if (!r_.modules_unloaded.empty())
      page_.labelled(modules.empty() ? "Modules" : "", "last unloaded: " + clean(r_.modules_unloaded));
    for (std::size_t i = 0; i < r_.symbol_notes.size(); ++i)
      page_.labelled(i ? "" : "Symbols", clean(r_.symbol_notes[i]));
  }

  void everything_else() {
    const auto user = user_registers_of(r_);
    if (!user.empty()) {
      page_.line();
      page_.line(page_.paint(Style::bold, "User registers (at the system call)"));
      register_lines(user);
    }
    facts();
    log();
  }

  void facts() {
    if (r_.facts.empty() && r_.signature.empty()) return;
    page_.line();
    page_.line(page_.paint(Style::bold, "Facts"));
    page_.line("  " + padded("kind", 20) + (r_.kind ? clean(r_.kind->id) : ""));
    if (!r_.signature.empty()) page_.line("  " + padded("signature", 20) + clean(r_.signature));
    if (r_.kernel_offset) page_.line("  " + padded("kernel-offset", 20) + fmt::format("{:#x}", *r_.kernel_offset));
    for (const auto& [name, value] : r_.facts) page_.paragraph(padded(clean(name), 20) + clean(value), 2, 22);
    for (const auto& finding : r_.explanation.findings)
      if (!finding.evidence.empty()) page_.paragraph(padded(clean(finding.rule), 20) + clean(finding.evidence), 2, 22);
  }

  void log() {
    if (r_.raw.empty()) return;
    page_.line();
    page_.line(page_.paint(Style::bold, "The log, " + lines_text(r_)));
    for (const auto& line : r_.raw) page_.line("  " + clean(line));
  }

  const Report& r_;
  const RenderOptions& options_;
  SourceView& source_;
  Hyperlinks links_;
  Page page_;
  std::size_t name_column_ = 0, place_column_ = 0;
};

}  // namespace

std::string text_head(const Report& r, const std::string& number, const RenderOptions& options) {
  SourceView none({}, 0);
  return TextReport(r, options, none).head(number);
}

std::string text_body(const Report& r, Detail detail, const RenderOptions& options, SourceView& source) {
  source.new_report();
  return TextReport(r, options, source).body(detail);
}

}  // namespace unoops::render
