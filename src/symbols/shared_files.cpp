#include "symbols/shared_files.hpp"

#include <unistd.h>

#include <utility>

#include "unoops/symbol_directories.hpp"

namespace unoops::symbols {
namespace {

// Names whose files are closed again.
constexpr std::size_t most_names = 4096;
constexpr std::size_t most_missing = 16 * 1024;  // paths, some 2 MB

template <class Map, class Closed>
void tidy(Map& names, Closed closed) {
  if (names.size() > most_names) std::erase_if(names, [&](const auto& row) { return closed(row.second); });
}

struct stat stat_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) info = {};
  return info;
}

bool is_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

SharedFiles::SharedFiles(SymbolOptions options) : options_(std::move(options)), finder_(options_) {
  if (may_ask_debuginfod(options_)) debuginfod_ = std::make_unique<Debuginfod>(options_.progress);
}

bool SharedFiles::is_there(const std::string& path) {
  if (missing_.contains(path)) return false;
  if (::access(path.c_str(), F_OK) == 0) return true;
  if (missing_.size() == most_missing) missing_.clear();
  missing_.insert(path);
  return false;
}

Expected<std::shared_ptr<DebugFile>> SharedFiles::open(const std::string& path) {
  const auto now = stat_of(path);
  if (const auto known = files_.find(path); known != files_.end() && is_same(known->second.at_opening, now))
    if (auto file = known->second.file.lock()) return file;
  auto elf = ElfFile::open(path);
  if (!elf) return tl::unexpected(std::move(elf.error()));
  (*elf)->trust(roots({}));
  auto file = std::make_shared<DebugFile>(std::move(*elf));
  tidy(files_, [](const File& known) { return known.file.expired(); });
  files_[path] = {file, now};
  return file;
}

std::shared_ptr<ModuleDirectory> SharedFiles::directory(const std::string& path) {
  auto& known = directories_[path];
  auto directory = known.lock();
  if (!directory) known = directory = std::make_shared<ModuleDirectory>(path);
  tidy(directories_, [](const auto& one) { return one.expired(); });
  return directory;
}

const Expected<SymbolMap>& SharedFiles::map(const std::string& path) {
  const auto known = maps_.find(path);
  return known != maps_.end() ? known->second : maps_.emplace(path, SymbolMap::open(path)).first->second;
}

const std::shared_ptr<SymbolRoots>& SharedFiles::roots(std::string_view release) {
  if (!roots_) roots_ = std::make_shared<SymbolRoots>(finder_.roots(options_));
  for (auto& directory : finder_.build_directories(release))
    if (is_there(directory)) roots_->add(std::move(directory));
  return roots_;
}

}  // namespace unoops::symbols
