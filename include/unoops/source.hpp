// Where the bytes of a log come from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/arch.hpp"
#include "unoops/error.hpp"

namespace unoops {

namespace memory {
class Storage;
}
// An opened memory dump, unpacked and in its order: who reads it again need not do that again. May be null.
using DumpBytes = std::shared_ptr<const memory::Storage>;

// What a memory dump says of its kernel, apart from the log in it.
struct CrashDump {
  std::string release, build_id;
  const ArchInfo* arch = nullptr;
  std::optional<std::uint64_t> kernel_offset;  // KASLR
  // When the kernel handed over to the crash kernel, as "2026-11-28T09:30:12Z". Empty: it did not, so the dump says
  // nothing of whether it would have gone on (a hypervisor took it).
  std::string crash_time;
  std::optional<unsigned> dump_level = {};  // makedumpfile -d: which pages were left out
  DumpBytes bytes = {};
};

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
  virtual int wait_fd() const { return -1; }      // to poll for --follow; -1: never blocks
  virtual bool goes_on() const { return false; }  // an empty view is no end: more may come, in its own time
  // What the user should know of it though it can be read; empty: nothing.
  virtual std::string_view note() const { return {}; }
  // Not null, once something was read, or could not be: the bytes are the log of a memory dump, if it has one.
  virtual const CrashDump* dump() const { return nullptr; }
};

// Input that is no log of a Linux kernel: what it is and what to do with it, in one sentence. `bytes` are its first ones.
struct ForeignInput {
  std::string_view words;  // begin with a verb's object: "a bzip2 file: unpack it first (...)"
  bool readable = false;   // it is text: something of a log may stand in it
  bool reports = false;    // of unoops itself (DecodeOptions::read_reports)
};
std::optional<ForeignInput> foreign_input(std::string_view bytes);

// "-" is standard input; a directory gives a source for each log in it, pstore parts put in order. A memory dump gives
// the log in it.
Expected<std::vector<std::unique_ptr<Source>>> open_sources(const std::string& path);

// What cannot be read: `error` is said in its turn.
std::unique_ptr<Source> unreadable_source(std::string name, Error error);

// A file that others write to, from its beginning on, as `tail -F`: it may be truncated, replaced by another one, or not
// be there yet. Null: what the path names is nothing that could grow (a pipe, a device, a directory, a packed file).
std::unique_ptr<Source> follow_file(const std::string& path);

// How a line of a dump's log begins: "<6>[    7.119213][  T130] ", or "[    7.119213] " as dmesg(1) prints it, which
// hides control characters, too.
enum class DumpLines { whole, dmesg };
// The memory dumps that a path names, or a directory holds; an error where there is none.
Expected<std::vector<std::unique_ptr<Source>>> open_dumps(const std::string& path, DumpLines);

}  // namespace unoops
