#include "symbols/symbolize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "report/questions.hpp"

namespace unoops::symbols {
namespace {

std::string note(const FileVerdict& verdict) {
  std::string evidence;
  for (const std::string& e : verdict.evidence) evidence += (evidence.empty() ? ": " : ", ") + e;
  using Fit = FileVerdict::Fit;
  switch (verdict.fit) {
    case Fit::fits:
      return verdict.what + " fits" + evidence;
    case Fit::doubtful:
      return verdict.what + " may not fit" + evidence;
    case Fit::misfit:
      return verdict.what + " does not fit" + evidence;
    case Fit::not_found:
      return verdict.what + ": not found";
    case Fit::unusable:
      return verdict.what + ": not usable" + evidence;
    case Fit::unknown:
      break;
  }
  return verdict.what + ": " + verdict.path + evidence;
}

void name_modules(Report& report, FileStore& files) {
  std::set<std::string> modules;
  for (const Stack& stack : report.stacks)
    for (const Frame& frame : stack.frames)
      if (!frame.ref.module.empty()) modules.insert(frame.ref.module);
  if (modules.empty()) return;
  for (Stack& stack : report.stacks)
    for (Frame& frame : stack.frames)
      if (auto module = files.module_of(frame.ref, modules); !module.empty()) frame.ref.module = std::move(module);
}

std::string_view fit_id(FileVerdict::Fit fit) {
  static constexpr auto words =
      std::to_array<std::string_view>({"unknown", "fits", "doubtful", "misfit", "not-found", "unusable"});
  return words[static_cast<std::size_t>(fit)];
}

}  // namespace

void symbolize(Report& report, FileStore& files) {
  files.learn(report.kernel, report.kernel_offset);
  name_modules(report, files);
  std::vector<const SymbolRef*> refs;
  for (const Stack& stack : report.stacks)
    for (const Frame& frame : stack.frames) refs.push_back(&frame.ref);
  files.check(refs);
  // The Code bytes stand around the address itself, also where that lies behind the instruction.
  if (const Frame* pc = own_pc(report); pc && pc->ref.pc != PcKind::pointer) {
    SymbolRef marked = pc->ref;
    marked.pc = PcKind::exact;
    files.check_code(marked, report.code);
  }
  look_up(report, files);
}

void look_up(Report& report, FileStore& files) {
  do {
    for (Stack& stack : report.stacks)
      for (Frame& frame : stack.frames) frame.lookup = files.resolve(frame.ref);
  } while (files.drop_refused());
}

// Those of the kernel, and those of the modules that the report names: other reports' modules are no matter of this one.
void note_files(Report& report, const FileStore& files) {
  std::set<std::string> named = {FileStore::vmlinux_name, FileStore::kallsyms_name, FileStore::system_map_name};
  for (const Stack& stack : report.stacks)
    for (const Frame& frame : stack.frames)
      if (!frame.ref.module.empty()) named.insert(FileStore::module_name(frame.ref.module));
  for (const FileVerdict& verdict : files.verdicts()) {
    if (!named.contains(verdict.what)) continue;
    report.symbol_notes.push_back(note(verdict));
    report.symbol_files.push_back({verdict.what, verdict.path, fit_id(verdict.fit), verdict.evidence});
    const bool misfit = verdict.fit == FileVerdict::Fit::misfit, doubtful = verdict.fit == FileVerdict::Fit::doubtful;
    if ((misfit || doubtful) && !verdict.evidence.empty())
      report.warnings.push_back(
          fmt::format("{} {} match: {}", verdict.what, misfit ? "does not" : "may not", verdict.evidence.front()));
    else if (verdict.fit == FileVerdict::Fit::unusable && !verdict.evidence.empty())
      report.warnings.push_back(fmt::format("{} is not used: {}", verdict.what, verdict.evidence.front()));
  }
}

}  // namespace unoops::symbols
