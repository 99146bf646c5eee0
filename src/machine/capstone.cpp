#include "machine/capstone.hpp"

#include "base/late_library.hpp"

namespace unoops::machine {
namespace {

Capstone load() {
  // By the name of the header's release, because structures differ between them.
  base::LateLibrary library("libcapstone.so." UNOOPS_TEXT(CS_API_MAJOR));
  Capstone out;
  library.get("cs_open", out.open);
  library.get("cs_close", out.close);
  library.get("cs_option", out.option);
  library.get("cs_malloc", out.malloc);
  library.get("cs_free", out.free);
  library.get("cs_disasm_iter", out.disasm_iter);
  library.get("cs_reg_name", out.reg_name);
  out.error = library.error();
  return out;
}

}  // namespace

const Capstone& capstone() {
  static const Capstone loaded = load();
  return loaded;
}

}  // namespace unoops::machine
