#include "symbols/symbol_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/decompress.hpp"
#include "base/read_file.hpp"

namespace unoops::symbols {

namespace {

// Debian's System.map has 4 MiB; /proc/kallsyms adds the modules that are loaded.
constexpr std::size_t largest_map = std::size_t{256} << 20;

std::string_view take_word(std::string_view& line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == line.npos) return line = {}, line;
  line.remove_prefix(begin);
  const auto end = std::min(line.find_first_of(" \t\r"), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

// "ffffffffc0401000 t ext4_init_fs	[ext4]" (kernel/kallsyms.c: s_show()); System.map has no third column.
std::optional<SymbolMap::Row> read_row(std::string_view line) {
  SymbolMap::Row row;
  const auto address = take_word(line);
  const auto [end, error] = std::from_chars(address.data(), address.data() + address.size(), row.address, 16);
  if (error != std::errc{} || end != address.data() + address.size()) return std::nullopt;
  const auto type = take_word(line);
  row.name = take_word(line);
  if (type.size() != 1 || row.name.empty()) return std::nullopt;
  const auto module = take_word(line);
  if (module.size() > 2 && module.front() == '[') row.module = module.substr(1, module.size() - 2);
  const char kind = type.front();
  if (kind == 'a' || kind == 'A' || kind == 'U' || kind == 'N') return std::nullopt;
  return row;
}

}  // namespace

Expected<SymbolMap> SymbolMap::open(const std::string& path) {
  auto read = read_file(path, largest_map);
  if (!read) return tl::unexpected(Error{fmt::format("{}: {}", path, read.error().message)});
  std::string text = std::move(*read);
  if (const Packing packing = packing_of(text); packing != Packing::none) {
    const auto plain = unpack(packing, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    if (!plain || plain->size() > largest_map)
      return tl::unexpected(Error{path + ": damaged compressed file, or one that is no list of symbols"});
    text.assign(plain->begin(), plain->end());
  }
  return parse(std::move(text), path);
}

Expected<SymbolMap> SymbolMap::parse(std::string text, const std::string& name) {
  SymbolMap map;
  // The rows are views of `text`. A short string is kept inside its owner and would move with it, so the text is made
  // long enough to be kept elsewhere.
  text.reserve(std::max<std::size_t>(text.size(), 64));
  map.text_ = std::move(text);
  bool any = false;
  for (std::string_view rest = map.text_; !rest.empty();) {
    const auto end = rest.find('\n');
    const auto row = read_row(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    any |= row.has_value();
    if (row && row->address != 0) map.rows_.push_back(*row);
  }
  if (!any) return tl::unexpected(Error{name + ": no line of the form \"ffffffff81000000 T _text\""});
  if (map.rows_.empty())
    return tl::unexpected(Error{name + ": all addresses are zero (kernel.kptr_restrict); read it as root"});
  auto& rows = map.rows_;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.address < b.address; });
  std::size_t next = 0;  // the first row behind the address of row i
  for (std::size_t i = 0; i < rows.size(); ++i) {
    while (next < rows.size() && rows[next].address == rows[i].address) ++next;
    if (next < rows.size() && rows[next].module == rows[i].module) rows[i].size = rows[next].address - rows[i].address;
  }
  map.by_name_.resize(rows.size());
  std::iota(map.by_name_.begin(), map.by_name_.end(), 0u);
  std::stable_sort(map.by_name_.begin(), map.by_name_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return rows[a].name < rows[b].name; });
  return map;
}

std::vector<SymbolMap::Row> SymbolMap::find(std::string_view name, std::string_view module) const {
  std::vector<Row> out;
  auto at = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                             [&](std::uint32_t i, std::string_view n) { return rows_[i].name < n; });
  for (; at != by_name_.end() && rows_[*at].name == name; ++at)
    if (rows_[*at].module == module) out.push_back(rows_[*at]);
  return out;
}

std::optional<SymbolMap::Row> SymbolMap::covering(std::uint64_t address) const {
  auto at = std::upper_bound(rows_.begin(), rows_.end(), address,
                             [](std::uint64_t a, const Row& r) { return a < r.address; });
  if (at == rows_.begin()) return std::nullopt;
  at = std::lower_bound(rows_.begin(), at, std::prev(at)->address,
                        [](const Row& r, std::uint64_t a) { return r.address < a; });
  if (address - at->address >= std::max<std::uint64_t>(at->size, 1)) return std::nullopt;
  return *at;
}

}  // namespace unoops::symbols
