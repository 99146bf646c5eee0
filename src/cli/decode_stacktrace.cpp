#include "cli/decode_stacktrace.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>

#include "base/environment.hpp"
#include "base/printable.hpp"
#include "cli/output.hpp"
#include "cli/sandbox.hpp"
#include "cli/sandbox_needs.hpp"
#include "cli/say.hpp"
#include "unoops/annotate.hpp"
#include "unoops/decoder.hpp"
#include "unoops/source.hpp"

namespace unoops::cli {
namespace {

struct Script {
  bool help = false;
  bool return_addresses = false;
  bool has_release = false;
  bool has_vmlinux = false;
  std::string release, vmlinux, modules;
  std::string base = "auto";
};

Script read_arguments(std::span<const char* const> args) {
  Script a;
  if (!args.empty() && std::string_view(args[0]) == "-R") {
    a.return_addresses = true;
    args = args.subspan(1);
  }
  if (args.empty()) return a;
  const std::string_view first = args[0];
  a.help = first == "-h" || first == "--help";
  a.has_release = first == "-r";
  if (a.has_release) {
    if (args.size() > 1) a.release = args[1];
    return a;
  }
  a.vmlinux = first;
  a.has_vmlinux = !first.empty();
  if (args.size() > 1) a.base = args[1];
  if (args.size() > 2) a.modules = args[2];
  return a;
}

void print_usage(std::ostream& out, std::string_view called) {
  const auto name = base::clean(called);
  out << "Usage:\n"
      << "\t" << name << " [-R] -r <release>\n"
      << "\t" << name << " [-R] [<vmlinux> [<base_path>|auto [<modules_path>]]]\n"
      << "\t" << name << " -h\n"
      << "Options:\n"
      << "  -R: decode return address instead of caller address.\n";
}

bool is_on_path(std::string_view program) {
  auto rest = environment("PATH");
  while (!rest.empty()) {
    const auto directory = rest.substr(0, rest.find(':'));
    const std::string file = std::string(directory.empty() ? "." : directory).append("/").append(program);
    if (access(file.c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(rest.size(), directory.size() + 1));
  }
  return false;
}

std::optional<int> refuse(const Script& a, std::string_view name, std::ostream& out, std::ostream& err) {
  if (a.help) {
    print_usage(out, name);
    return 0;
  }
  // Without a kernel image the script needs debuginfod, and looks for the program, not for the library.
  if (a.has_release || a.has_vmlinux || is_on_path("debuginfod-find")) return std::nullopt;
  err << "ERROR! vmlinux image must be specified\n";
  print_usage(out, name);
  return 1;
}

SymbolOptions symbol_options(const Script& a) {
  SymbolOptions options;
  options.release = a.release;
  options.vmlinux = a.vmlinux;
  if (!a.modules.empty()) options.modules.push_back(a.modules);
  return options;
}

// The path of the vmlinux that is used; empty: there is none.
std::string vmlinux_of(Symbolizer& symbols, const KernelIdentity& kernel) {
  SymbolRef probe;
  probe.symbol = "kernel_init";
  symbols.resolve(kernel, probe);
  const auto kernels = symbols.files();
  return kernels.front().files.empty() ? std::string() : kernels.front().files.front().path;
}

// Once for each module; the script says it again on every line.
class ModuleWarnings {
 public:
  explicit ModuleWarnings(std::ostream& err) : err_(err) {}
  void look_at(const SymbolRef& ref, const Lookup& lookup) {
    const auto* miss = std::get_if<Unresolved>(&lookup);
    if (!miss || ref.module.empty()) return;
    const bool bare = miss->reason == Miss::no_debug_info;
    if ((!bare && miss->reason != Miss::module_not_found) || !said_.insert(ref.module).second) return;
    if (bare)
      err_ << "WARNING! No debugging info in module " << ref.module << ", rebuild with DEBUG_KERNEL and DEBUG_INFO\n";
    else
      err_ << "WARNING! Cannot find .ko for module " << ref.module << ", please pass a valid module path\n";
  }

 private:
  std::ostream& err_;
  std::set<std::string> said_;
};

// The architecture of the ELF file, by its header; null: none that is known.
const ArchInfo* machine_of(const std::string& path) {
  std::array<char, 20> header{};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(header.data(), header.size()) || std::string_view(header.data(), 4) != "\177ELF") return nullptr;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(header[at])); };
  const bool big = byte(5) == 2;
  const unsigned machine = big ? byte(18) << 8 | byte(19) : byte(19) << 8 | byte(18);
  for (const ArchInfo* arch : arches())
    if (arch->elf_machine == machine && arch->big_endian == big && arch->bits == (byte(4) == 2 ? 64 : 32)) return arch;
  return nullptr;
}

// decodecode asks $ARCH; else the kernel image knows.
const ArchInfo* machine(const std::string& vmlinux) {
  const ArchInfo* arch = find_arch(environment("ARCH"));
  return arch ? arch : machine_of(vmlinux);
}

int decode_input(Decoder& decoder, std::ostream& out) {
  auto sources = open_sources("-");
  if (!sources) {
    say(sources.error().message);
    return 2;
  }
  bool whole = true;
  for (auto& source : *sources) {
    for (;;) {
      const auto bytes = source->read();
      if (!bytes) {
        say(bytes.error().message);
        whole = false;
      }
      if (!bytes || bytes->empty()) break;
      decoder.feed(*bytes);
      if (!out.flush()) return 2;
    }
  }
  decoder.finish();
  return out.flush() && whole ? 0 : 2;
}

// Standard input to `out`.
int decode(std::string_view name, std::span<const char* const> args, std::ostream& out, std::ostream& err) {
  const Script a = read_arguments(args);
  if (const auto status = refuse(a, name, out, err)) return *status;
  const auto options = symbol_options(a);
  enter(needs_of(options));

  KernelIdentity kernel;
  kernel.release = a.release;
  Decoder decoder({options}, nullptr);
  Symbolizer& symbols = decoder.symbolizer();
  const std::string vmlinux = a.has_release || a.has_vmlinux ? vmlinux_of(symbols, kernel) : "";
  if (a.has_release && (a.release.empty() || vmlinux.empty())) {
    err << "ERROR! vmlinux image for release " << a.release << " is not found\n";
    print_usage(out, name);
    return 2;
  }
  if (a.has_vmlinux && vmlinux.empty()) err << "WARNING! Cannot use " << a.vmlinux << " as vmlinux image\n";

  ModuleWarnings warnings(err);
  const auto resolve = [&](const SymbolRef& ref) -> const Lookup& {
    const Lookup& lookup = symbols.resolve(kernel, ref);
    warnings.look_at(ref, lookup);
    return lookup;
  };
  const ArchInfo* arch = machine(vmlinux);
  const auto disassemble = [arch](std::string_view code) { return disassemble_code(code, arch); };
  ScriptDecoder script(out, resolve, disassemble, {a.base, a.return_addresses, arch ? arch->bits : 64});
  decoder.listen(script);
  return decode_input(decoder, out);
}

}  // namespace

int decode_stacktrace(const std::string& name, std::span<const char* const> args) {
  Output output("", true);
  FdBuffer errors(STDERR_FILENO);
  std::ostream err(&errors);
  err << std::unitbuf;
  const int status = decode(name, args, output.stream(), err);
  return output.finish() ? status : 2;
}

}  // namespace unoops::cli
