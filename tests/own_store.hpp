// The symbol files of one kernel, shared with no other one.
#pragma once

#include <utility>

#include "symbols/file_store.hpp"

namespace unoops::test {

struct OwnFiles {
  symbols::SharedFiles shared;
};

class OwnStore : OwnFiles, public symbols::FileStore {
 public:
  explicit OwnStore(SymbolOptions options, KernelIdentity identity = {})
      : OwnFiles{symbols::SharedFiles(std::move(options))}, FileStore(shared, std::move(identity)) {}
};

}  // namespace unoops::test
