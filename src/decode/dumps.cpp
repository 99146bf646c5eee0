#include "decode/dumps.hpp"

#include "state/examine.hpp"
#include "state/unlogged.hpp"
#include "state/values.hpp"

namespace unoops::decode {

Machine* Dumps::machine_of(const DumpBytes& bytes, FileStore& files) {
  if (!bytes) return nullptr;
  DebugFile* vmlinux = files.fitting_vmlinux();
  if (!vmlinux) return nullptr;
  if (bytes_ == bytes && vmlinux_ == vmlinux) return machine_.get();
  forget();
  bytes_ = bytes;
  vmlinux_ = vmlinux;
  auto core = open_core(bytes);
  if (!core) return nullptr;
  core_ = std::move(*core);
  memory_.emplace(*core_);
  machine_ = Machine::of(*memory_, *vmlinux);
  return machine_.get();
}

void Dumps::forget() {
  bytes_.reset();
  vmlinux_ = nullptr;
  machine_.reset();
  memory_.reset();
  core_.reset();
}

void Dumps::examine(Report& report, const DumpBytes& bytes, FileStore& files, bool all_tasks) {
  files.learn(report.kernel, report.kernel_offset);
  if (auto* machine = machine_of(bytes, files)) state::examine(report, *machine, all_tasks);
}

void Dumps::add_values(Report& report, const DumpBytes& bytes, FileStore& files, bool all) {
  if (auto* machine = machine_of(bytes, files)) state::add_values(report, *machine, files, all);
}

bool Dumps::shows(Report& report, const DumpBytes& bytes, FileStore& files) {
  auto* machine = machine_of(bytes, files);
  return machine && state::still_lasts(report, *machine);
}

std::string Dumps::lines_of_panic(const DumpBytes& bytes, FileStore& files) {
  auto* machine = machine_of(bytes, files);
  return machine ? state::lines_of_panic(*machine) : std::string();
}

}  // namespace unoops::decode
