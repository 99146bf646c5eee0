// Where the bytes of a log come from.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/error.hpp"

namespace unoops {

// One thing to read: a file, standard input, or what a directory or archive held.
class Source {
 public:
  virtual ~Source() = default;
  virtual const std::string& name() const = 0;  // empty: standard input
  // Up to 64 KiB, decompressed; an empty view at the end. The view lives until the next call.
  virtual Expected<std::string_view> read() = 0;
  virtual int wait_fd() const { return -1; }  // to poll for --follow; -1: never blocks
};

// "-" is standard input; a directory gives a source for each log in it, pstore parts put in order.
Expected<std::vector<std::unique_ptr<Source>>> open_sources(const std::string& path);

}  // namespace unoops
