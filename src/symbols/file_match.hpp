// Does this file belong to this log? What each kind of evidence says, and the verdict over all of it.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/debug_file.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::symbols {

// Which symbol of several of one name has the printed size: 3 kallsyms' size, 2 st_size, 1 the last of its section
// (what the module loader puts behind it is not in the file), 0 none.
int size_fit(const Symbol&, std::uint64_t printed);

class FitJudge {
 public:
  // What the file itself says: machine, banner or vermagic against the log's identity.
  void identify(DebugFile&, const KernelIdentity&, bool module);
  // The build-id that the log prints for it.
  void build_id(DebugFile&, std::string_view printed);
  // One function that the log names, with its size.
  void size(DebugFile&, std::string_view name, std::uint64_t printed);
  // How many Code bytes are those of .text, of how many that the kernel does not patch itself.
  void code(std::size_t equal, std::size_t compared);

  FileVerdict::Fit verdict() const;
  std::vector<std::string> evidence() const;  // contradictions first
  bool contradicted() const { return !against_.empty(); }

 private:
  void agrees(bool yes, std::string_view what, const std::string& difference);

  std::vector<std::string> for_, against_;
  bool proven_ = false, named_ = false;  // by banner or build-id; by release
  std::size_t right_ = 0, asked_ = 0, code_equal_ = 0, code_compared_ = 0;
  std::unordered_set<std::string> seen_;
  std::string wrong_size_;
};

// "Linux version 6.1.0-56-amd64 (...) #1 SMP ..." as it stands in vmlinux; empty: not found.
std::string banner_of(DebugFile&);
// The release in a banner: "6.1.0-56-amd64".
std::string_view release_in(std::string_view banner);

}  // namespace unoops::symbols
