// Lines of a log with their references resolved in place, inside and outside of reports.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "unoops/log_reader.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops {

namespace render {
class Redactor;
}

// A reference's answer; it lives until the next call.
using Resolve = std::function<const Lookup&(const SymbolRef&)>;

// The line with " (file:line file:line ...)" behind each of its references, innermost first. What has such a list
// already keeps it, so that annotating twice changes nothing.
void write_annotated(std::ostream& out, std::string_view line, const std::vector<SymbolRefSpan>& refs,
                     const Resolve& resolve);

// The symbols of the kernel that the log named; the caller owns them.
using SymbolsFor = std::function<KernelSymbols&(const KernelIdentity&)>;

// `--format annotate`: the log byte for byte, with every line's references resolved in place.
class Annotator {
 public:
  // wait: hold lines back until the log has named its kernel (where neither -k nor -r is given).
  // redact: what --redact promises to take out is not written.
  Annotator(std::ostream& out, SymbolsFor symbols_for, bool wait, bool redact = false);
  ~Annotator();

  // What the log has said of its kernel up to the line that is read next. Cheap to call for every line.
  void kernel(const KernelIdentity&);
  // host: that the line's transport names, so that it can be taken out; asked for only where takes_out().
  void read(const RawLine&, std::string_view host = {});
  bool takes_out() const { return redactor_ != nullptr; }
  // Lines are held back: flush() is due within limits::annotate_wait_ms.
  bool waiting() const { return !held_.empty(); }
  void flush();

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
  SymbolsFor symbols_for_;
  bool wait_;
  KernelIdentity identity_;
  PcContext context_;
  std::unique_ptr<render::Redactor> redactor_;  // null: nothing is taken out
  std::vector<Held> held_;
  std::size_t held_refs_ = 0;
};

// The instructions of the bytes behind "Code:", `faulting` set where they are marked; none: no bytes there.
using Disassemble = std::function<std::vector<Instruction>(std::string_view code)>;

struct ScriptOptions {
  std::string base = "auto";      // taken off the front of paths; auto: they are relative already
  bool return_addresses = false;  // -R: the line behind the call, not the call's
};

// Lines in the manner of the kernel's scripts/decode_stacktrace.sh (docs/decode_stacktrace.md).
class ScriptDecoder {
 public:
  ScriptDecoder(std::ostream& out, Resolve resolve, Disassemble disassemble, ScriptOptions options);
  void read(const RawLine&);

 private:
  std::string decode(std::string_view line, std::vector<SymbolRefSpan>&) const;

  std::ostream& out_;
  Resolve resolve_;
  Disassemble disassemble_;
  ScriptOptions options_;
  PcContext context_;
};

}  // namespace unoops
