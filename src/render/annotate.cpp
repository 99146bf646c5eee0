#include "unoops/annotate.hpp"

#include <ostream>
#include <sstream>
#include <utility>

#include "base/limits.hpp"
#include "render/location_list.hpp"
#include "render/redact.hpp"
#include "unoops/arch.hpp"

namespace unoops {

using namespace render;

void write_annotated(std::ostream& out, std::string_view bytes, const std::vector<SymbolRefSpan>& refs,
                     const Resolve& resolve) {
  std::size_t written = 0;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto& span = refs[i];
    if (is_located(bytes, refs, i)) continue;
    const std::string list = location_list(resolve(span.ref));
    if (list.empty()) continue;
    out << bytes.substr(written, span.module_end - written) << " (" << list << ')';
    written = span.module_end;
  }
  out << bytes.substr(written);
}

Annotator::Annotator(std::ostream& out, Symbolizer& symbols, bool wait, bool redact)
    : out_(out), symbols_(symbols), wait_(wait), redactor_(redact ? std::make_unique<Redactor>() : nullptr) {}

Annotator::~Annotator() = default;

void Annotator::put(std::string_view bytes, bool ended) {
  if (redactor_)
    out_ << redactor_->text(bytes);
  else
    out_ << bytes;
  if (ended) out_ << '\n';
}

void Annotator::kernel(const KernelIdentity& identity) {
  identity_ = identity;
  if (knows_kernel()) flush();
}

void Annotator::read(const RawLine& line, std::string_view host) {
  if (!redactor_) return find_refs(line);
  const std::string bytes = redactor_->line_of(line.bytes, host);
  RawLine without_host = line;
  without_host.bytes = bytes;
  find_refs(without_host);
}

void Annotator::find_refs(const RawLine& line) {
  std::vector<SymbolRefSpan> refs;
  if (may_hold_symbol_ref(line.bytes)) refs = find_symbol_refs(line.bytes);
  context_.correct(line.bytes, refs);
  const bool hold = wait_ && !knows_kernel() && (waiting() || !refs.empty());
  if (!hold && refs.empty()) {
    put(line.bytes, line.ended);
    return;
  }
  held_refs_ += refs.size();
  held_.push_back({std::string(line.bytes), line.ended, std::move(refs)});
  if (!hold || held_.size() >= limits::annotate_wait_lines || held_refs_ >= limits::annotate_wait_refs) flush();
}

void Annotator::flush() {
  held_refs_ = 0;
  if (!held_.empty()) write(std::exchange(held_, {}));
}

void Annotator::write(const std::vector<Held>& lines) {
  std::vector<const SymbolRef*> refs;
  for (const auto& line : lines)
    for (const auto& span : line.refs) refs.push_back(&span.ref);
  symbols_.check(identity_, refs);
  for (const auto& line : lines) {
    std::ostringstream text;
    write_annotated(text, line.bytes, line.refs,
                    [&](const SymbolRef& ref) -> const Lookup& { return symbols_.resolve(identity_, ref); });
    put(std::move(text).str(), line.ended);
  }
}

}  // namespace unoops
