// Where symbol files may be. What a log or a symbol file names is opened only below these directories.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

class SymbolRoots {
 public:
  // The usual places (/usr/lib/debug, /lib/modules, /boot, /usr/src, ...), and those that the user named.
  explicit SymbolRoots(std::vector<std::string> named = {}) : named_(std::move(named)) {}

  void add(std::string directory);
  // True: it is one of them, or lies below one, when all links are followed; a link may lead anywhere. False: it is not
  // there, either.
  bool hold(const std::string& path) const;
  // As they were named, whether they are there or not.
  std::vector<std::string> directories() const;

 private:
  const std::vector<std::string>& real() const;

  std::vector<std::string> named_;
  mutable std::vector<std::string> real_;  // without links; made when it is first needed
};

std::string directory_of(std::string_view path);  // "." where it has none

}  // namespace unoops::debuginfo
