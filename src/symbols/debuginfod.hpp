// debuginfod: debug files by build-id from a server. The library is loaded when it is asked for, if the machine has it.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "base/rooms.hpp"
#include "unoops/error.hpp"

namespace unoops::symbols {

class Debuginfod {
 public:
  using Progress = std::function<void(const std::string& what, std::uint64_t done, std::uint64_t total)>;
  explicit Debuginfod(Progress progress) : progress_(std::move(progress)) {}
  ~Debuginfod();
  Debuginfod(const Debuginfod&) = delete;
  Debuginfod& operator=(const Debuginfod&) = delete;

  // The path of the debug file in the library's cache. Its time-out and cache obey DEBUGINFOD_TIMEOUT and the like.
  // `what`: for the progress.
  Expected<std::string> find(const std::string& build_id, const std::string& what);

 private:
  bool load();
  Expected<std::string> ask(const std::string& build_id);
  static std::string reason(int error);
  static int on_progress(void* client, long done, long total);

  Progress progress_;
  void* client_ = nullptr;
  bool tried_ = false;
  std::string current_;
  bool told_ = false;  // progress was reported for this file
  std::unordered_map<std::string, Expected<std::string>> answers_;
};

}  // namespace unoops::symbols
