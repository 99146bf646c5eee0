#include "symbols/code_view.hpp"

#include <algorithm>

#include "symbols/file_store.hpp"

namespace unoops::symbols {

namespace {

std::span<const std::uint8_t> function_bytes(DebugFile& file, std::uint64_t start, std::uint64_t size) {
  const ElfSection* section = file.elf().section_at(start);
  if (!section) return {};
  const auto bytes = file.elf().code(*section);
  const std::uint64_t from = start - section->addr;
  return from < bytes.size() ? bytes.subspan(from, std::min<std::uint64_t>(size, bytes.size() - from)) : bytes.first(0);
}

}  // namespace

std::vector<CodeView> code_views(FileStore& impl, const SymbolRef& ref) {
  const auto place = impl.place(ref);
  if (!place) return {};
  std::vector<Symbol> candidates = place->others;
  candidates.insert(candidates.begin(), place->symbol);
  DebugFile& file = *place->file;
  std::vector<CodeView> out;
  for (const auto& symbol : candidates) {
    CodeView view;
    view.file = &file;
    view.address = symbol.address + (place->address - place->symbol.address);
    view.function = symbol.name;
    view.start = symbol.address;
    view.bytes = function_bytes(file, view.start, symbol.size);
    view.size = view.bytes.empty() ? symbol.size : view.bytes.size();
    view.cu = file.unit_of(view.address < view.start + view.size ? view.address : view.start);
    out.push_back(std::move(view));
  }
  return out;
}

std::optional<CodeView> code_view(FileStore& impl, const SymbolRef& ref) {
  auto views = code_views(impl, ref);
  if (views.size() != 1) return std::nullopt;
  return std::move(views.front());
}

}  // namespace unoops::symbols
