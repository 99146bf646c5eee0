// Where the bytes of a log come from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  // As they are stored, perhaps compressed: the bytes that it has (nothing: not known), and those that read() has taken.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
  virtual std::uint64_t taken() const { return 0; }
  virtual int wait_fd() const { return -1; }  // to poll for --follow; -1: never blocks
};

// Input that is no log of a Linux kernel: what it is and what to do with it, in one sentence. `bytes` are its first ones.
struct ForeignInput {
  std::string_view words;  // begin with a verb's object: "a bzip2 file: unpack it first (...)"
  bool readable = false;   // it is text: something of a log may stand in it
};
std::optional<ForeignInput> foreign_input(std::string_view bytes);

// "-" is standard input; a directory gives a source for each log in it, pstore parts put in order.
Expected<std::vector<std::unique_ptr<Source>>> open_sources(const std::string& path);

}  // namespace unoops
