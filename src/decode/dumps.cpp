#include "decode/dumps.hpp"

#include "state/examine.hpp"

namespace unoops::decode {

void Dumps::open(const std::string& path, DebugFile& vmlinux) {
  path_ = path;
  vmlinux_ = &vmlinux;
  machine_.reset();
  memory_.reset();
  core_.reset();
  auto core = open_core(path);
  if (!core) return;
  core_ = std::move(*core);
  memory_.emplace(*core_);
  machine_ = Machine::of(*memory_, vmlinux);
}

void Dumps::examine(Report& report, FileStore& files, bool all_tasks) {
  files.learn(report.kernel, report.kernel_offset);
  DebugFile* vmlinux = files.fitting_vmlinux();
  if (!vmlinux) return;
  if (path_ != report.file || vmlinux_ != vmlinux) open(report.file, *vmlinux);
  if (machine_) state::examine(report, *machine_, all_tasks);
}

}  // namespace unoops::decode
