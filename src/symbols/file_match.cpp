#include "symbols/file_match.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "arch/arch.hpp"

namespace unoops::symbols {

namespace {

std::string squeeze(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// "vermagic=6.1.0-56-amd64 SMP preempt mod_unload modversions" → the release.
std::string vermagic_release(ElfFile& elf) {
  const ElfSection* info = elf.section(".modinfo");
  if (!info) return {};
  ByteReader in(elf.bytes(*info), false);
  while (!in.at_end() && !in.failed()) {
    const auto entry = in.text();
    if (!entry.starts_with("vermagic=")) continue;
    return std::string(entry.substr(9, entry.find(' ') - 9));
  }
  return {};
}

// "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)": the words of the CPU line's version must be among the
// banner's. The kernel prints only "#1" there; what follows is a distribution's own ("Debian 6.1.192-2").
std::string_view missing_word(std::string_view version, std::string_view banner) {
  const std::string padded = " " + squeeze(banner) + " ";
  while (!version.empty()) {
    const auto begin = version.find_first_not_of(' ');
    if (begin == version.npos) break;
    version.remove_prefix(begin);
    const auto word = version.substr(0, version.find(' '));
    version.remove_prefix(word.size());
    // "PREEMPT(lazy)" and build-ids are put there by dump_stack itself (lib/dump_stack.c, v6.14).
    if (word.find_first_of("0123456789") == word.npos || word.size() >= 40) continue;
    if (padded.find(fmt::format(" {} ", word)) == padded.npos) return word;
  }
  return {};
}

// Made at run time; no file has them (kernel/bpf/core.c, kernel/bpf/trampoline.c).
bool is_run_time_symbol(std::string_view name) {
  return name.starts_with("bpf_prog_") || name.starts_with("bpf_trampoline_") || name.starts_with("bpf_dispatcher_");
}

}  // namespace

int size_fit(const Symbol& symbol, std::uint64_t printed) {
  if (symbol.size == printed) return 3;
  if (symbol.st_size == printed) return 2;
  return symbol.ends_section && printed >= symbol.st_size ? 1 : 0;
}

std::string banner_of(DebugFile& file) {
  const auto banner = file.symbols().global_object("linux_banner");
  const ElfSection* home = banner ? file.elf().section_at(banner->address) : nullptr;
  if (!home) return {};
  return squeeze(ByteReader(file.elf().bytes(*home), false, banner->address - home->addr).text());
}

std::string_view release_in(std::string_view banner) {
  constexpr std::string_view start = "Linux version ";
  const auto at = banner.find(start);
  if (at == banner.npos) return {};
  banner.remove_prefix(at + start.size());
  return banner.substr(0, banner.find(' '));
}

void FitJudge::agrees(bool yes, std::string_view what, const std::string& difference) {
  if (yes)
    for_.emplace_back(what);
  else
    against_.push_back(difference);
}

void FitJudge::identify(DebugFile& file, const KernelIdentity& log, bool module) {
  const Arch* arch = file.elf().arch();
  if (log.arch && log.arch->elf_machine != 0 && !(arch && &arch->info == log.arch))
    against_.push_back(
        fmt::format("another architecture (ELF machine {}, the log is {})", file.elf().machine(), log.arch->id));
  if (module) {
    // weak-modules(8) links modules of another release there whose symbol versions are those of this kernel.
    if (file.elf().path().find("/weak-updates/") != std::string::npos) return;
    const std::string release = vermagic_release(file.elf());
    if (release.empty() || log.release.empty()) return;
    agrees(release == log.release, "vermagic", fmt::format("built for {}, the log is {}", release, log.release));
    named_ |= release == log.release;
    return;
  }
  if (!log.build_id.empty()) build_id(file, log.build_id);
  const std::string banner = banner_of(file);
  if (banner.empty()) return;
  const std::string printed =
      squeeze(log.banner.substr(std::min(log.banner.find("Linux version "), log.banner.size())));
  const std::string_view release = release_in(banner);
  // A banner that ends early (a truncated line) is compared as far as it goes, once it has named the build ("#1 SMP").
  if (printed.find(" #") != printed.npos) {
    const bool equal = banner.starts_with(printed) || printed.starts_with(banner);
    agrees(equal, "banner", fmt::format("its banner is \"{}\"", banner));
    proven_ |= equal;
  } else if (!log.release.empty()) {
    agrees(release == log.release, "release", fmt::format("it is {}, the log is {}", release, log.release));
    named_ |= release == log.release;
  }
  if (const auto word = missing_word(log.version, banner); !word.empty() && !proven_)
    against_.push_back(fmt::format("its banner lacks \"{}\": \"{}\"", word, banner));
}

void FitJudge::build_id(DebugFile& file, std::string_view printed) {
  const std::string& there = file.elf().build_id();
  if (printed.empty() || there.empty()) return;
  // The kernel prints 20 bytes (include/linux/buildid.h); a log may cut them.
  const bool equal = printed.size() >= 8 && std::string_view(there).starts_with(printed);
  agrees(equal, fmt::format("build-id {}", there.substr(0, 12)),
         fmt::format("build-id is {}, {} in the log", there, printed));
  proven_ |= equal;
}

void FitJudge::size(DebugFile& file, std::string_view name, std::uint64_t printed) {
  constexpr std::size_t enough = 65536;  // more than any log of a kernel names
  if (seen_.size() == enough) return;
  std::string key = fmt::format("{}/{:x}", name, printed);
  if (is_run_time_symbol(name) || !seen_.insert(std::move(key)).second) return;
  ++asked_;
  const auto symbols = file.symbols().find(name);
  if (std::any_of(symbols.begin(), symbols.end(), [&](const Symbol& s) { return size_fit(s, printed) > 0; })) {
    ++right_;
  } else if (wrong_size_.empty()) {
    wrong_size_ = symbols.empty()
                      ? fmt::format("no {} there", name)
                      : fmt::format("size of {} is {:#x} there, {:#x} in the log", name, symbols.front().size, printed);
  }
}

void FitJudge::code(std::size_t equal, std::size_t compared) {
  code_equal_ += equal;
  code_compared_ += compared;
}

FileVerdict::Fit FitJudge::verdict() const {
  using Fit = FileVerdict::Fit;
  if (!against_.empty()) return Fit::misfit;
  if (proven_) return right_ * 2 >= asked_ ? Fit::fits : Fit::doubtful;
  // The kernel patches itself (alternatives, static keys, ftrace): bytes that differ are doubt, never a refusal.
  if (code_compared_ >= 16 && code_equal_ * 3 < code_compared_ && right_ * 2 >= asked_) return Fit::doubtful;
  if (asked_ == 0) return named_ ? Fit::fits : Fit::unknown;
  if (right_ == asked_) return Fit::fits;
  if (right_ * 2 < asked_) return named_ && asked_ < 3 ? Fit::doubtful : Fit::misfit;
  // A line that another one tore apart can spoil one name of a long trace.
  return named_ && right_ * 10 >= asked_ * 9 ? Fit::fits : Fit::doubtful;
}

std::vector<std::string> FitJudge::evidence() const {
  std::vector<std::string> out = against_;
  if (!wrong_size_.empty()) out.push_back(wrong_size_);
  out.insert(out.end(), for_.begin(), for_.end());
  if (asked_ > 0) out.push_back(fmt::format("{} of {} sizes", right_, asked_));
  if (code_compared_ > 0) out.push_back(fmt::format("{} of {} Code bytes", code_equal_, code_compared_));
  return out;
}

}  // namespace unoops::symbols
