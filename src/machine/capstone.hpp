// The functions of Capstone (capstone/capstone.h), whose library is opened with the first instruction that is decoded.
#pragma once

#include <capstone/capstone.h>

#include <string>

#include "base/rooms.hpp"

namespace unoops::machine {

struct Capstone {
  std::string error;  // why there are no functions; empty: there are
  decltype(&cs_open) open = nullptr;
  decltype(&cs_close) close = nullptr;
  decltype(&cs_option) option = nullptr;
  decltype(&cs_malloc) malloc = nullptr;
  decltype(&cs_free) free = nullptr;
  decltype(&cs_disasm_iter) disasm_iter = nullptr;
  decltype(&cs_reg_name) reg_name = nullptr;
};

const Capstone& capstone();

}  // namespace unoops::machine
