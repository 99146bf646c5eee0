#include "base/late_library.hpp"

#include <link.h>

#include <algorithm>
#include <string_view>

namespace unoops::base {

std::vector<std::string> read_for_late_libraries() {
  std::vector<std::string> out = {"/etc/ld.so.cache"};
  const auto add_directory = [](dl_phdr_info* library, std::size_t, void* to) {
    auto& all = *static_cast<std::vector<std::string>*>(to);
    const std::string_view path = library->dlpi_name;  // empty: the program
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return 0;
    const auto directory = path.substr(0, slash);
    if (std::ranges::find(all, directory) == all.end()) all.emplace_back(directory);
    return 0;
  };
  dl_iterate_phdr(add_directory, &out);
  return out;
}

}  // namespace unoops::base
