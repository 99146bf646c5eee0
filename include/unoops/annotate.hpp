// Lines of a log with their references resolved in place, inside and outside of reports.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "unoops/explanation.hpp"
#include "unoops/line_listener.hpp"
#include "unoops/symbol_ref.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops {

namespace render {
class Redactor;
}

// A reference's answer; it lives until the next call.
using Resolve = std::function<const Lookup&(const SymbolRef&)>;

// The line with " (file:line file:line ...)" behind each of its references, innermost first. A reference
// that is followed by such a list keeps it, so that annotating twice changes nothing.
void write_annotated(std::ostream& out, std::string_view line, const std::vector<SymbolRefSpan>& refs,
                     const Resolve& resolve);

// `--format annotate`: the log byte for byte, with every line's references resolved in place.
class Annotator final : public LineListener {
 public:
  // `wait`: lines are held back until the log has named its kernel (if neither -k nor -r is given).
  // `redact`: what --redact promises to take out is not written.
  Annotator(std::ostream& out, Symbolizer&, bool wait, bool redact = false);
  ~Annotator() override;

  void kernel(const KernelIdentity&) override;
  bool wants_host() const override { return redactor_ != nullptr; }
  void read(const RawLine&, std::string_view host = {}) override;
  void flush() override;
  // True: lines are held back, and flush() is due within limits::annotate_wait_ms.
  bool waiting() const { return !held_.empty(); }

 private:
  struct Held {
    std::string bytes;
    bool ended;
    std::vector<SymbolRefSpan> refs;
  };
  void find_refs(const RawLine&);
  void write(const std::vector<Held>&);
  void put(std::string_view bytes, bool ended);
  bool knows_kernel() const { return !identity_.release.empty() || !identity_.build_id.empty(); }

  std::ostream& out_;
  Symbolizer& symbols_;
  bool wait_;
  KernelIdentity identity_;
  PcContext context_;
  std::unique_ptr<render::Redactor> redactor_;  // null: nothing is taken out
  std::vector<Held> held_;
  std::size_t held_refs_ = 0;
};

// The instructions of the bytes behind "Code:"; the one at the marked byte is `faulting`. Empty: there are no bytes.
using Disassemble = std::function<std::vector<Instruction>(std::string_view code)>;

// Reads the bytes as code of this architecture. Null: bytes that are printed one by one are taken for x86-64's, and
// other groups are not decoded.
std::vector<Instruction> disassemble_code(std::string_view code, const ArchInfo*);

struct ScriptOptions {
  std::string base = "auto";      // taken off the front of paths; auto: they are relative already
  bool return_addresses = false;  // -R: the line behind the call, not the call's
  int address_bits = 64;          // of the code behind "Code:"
};

// Lines in the manner of the kernel's scripts/decode_stacktrace.sh (docs/decode_stacktrace.md).
class ScriptDecoder final : public LineListener {
 public:
  ScriptDecoder(std::ostream& out, Resolve resolve, Disassemble disassemble, ScriptOptions options);
  void read(const RawLine&, std::string_view host = {}) override;

 private:
  std::string decode(std::string_view line, std::vector<SymbolRefSpan>&) const;

  std::ostream& out_;
  Resolve resolve_;
  Disassemble disassemble_;
  ScriptOptions options_;
  PcContext context_;
};

}  // namespace unoops
