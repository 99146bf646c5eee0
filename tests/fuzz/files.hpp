// Files of testdata, and a directory for those that a target changes.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace unoops::fuzz {

// Read once: a target asks for the same few files in every run.
inline const std::string& testdata(const std::string& path) {
  static std::map<std::string, std::string> known;
  const auto [at, is_new] = known.try_emplace(path);
  if (!is_new) return at->second;
  std::ifstream in(TESTDATA + path, std::ios::binary);
  return at->second = std::string{std::istreambuf_iterator<char>(in), {}};
}

// A directory of this process alone, that goes with it.
class Directory {
 public:
  Directory() : path_(std::filesystem::temp_directory_path() / ("unoops-fuzz-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string file(std::string_view name) const { return (path_ / name).string(); }
  void write(std::string_view name, std::string_view bytes) const {
    std::ofstream out(file(name), std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  void clear() const {
    for (const auto& entry : std::filesystem::directory_iterator(path_)) std::filesystem::remove(entry.path());
  }

 private:
  std::filesystem::path path_;
};

}  // namespace unoops::fuzz
