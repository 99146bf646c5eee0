// What a memory dump holds, in rows.
#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "base/printable.hpp"
#include "render/view.hpp"

namespace unoops::render {

namespace {

void add(std::string& out, std::string_view words) {
  if (!words.empty()) out += (out.empty() ? "" : " ") + clean(words);
}

// "at +0x14 in kmalloc-192, allocated". A cache that others share has the name of one of them, which misleads.
std::string slab_text(const SlabPlace& slab) {
  std::string out = slab.offset == 0 ? "in " : fmt::format("at +{:#x} in ", slab.offset);
  if (slab.shared_by == 0)
    out += clean(slab.cache);
  else
    out += fmt::format("a cache of {}-byte objects ({} and {})", slab.object_size, clean(slab.cache),
                       plural(slab.shared_by - 1, "other", "others"));
  if (slab.free) out += *slab.free ? ", FREE" : ", allocated";
  return out;
}

std::string value_text(const DumpedValue& value) {
  std::string out;
  if (value.number) add(out, hex(*value.number));
  if (!value.symbol.empty()) add(out, "<" + value.symbol + ">");
  add(out, value.content);
  add(out, value.words);
  if (value.slab) add(out += value.words.empty() ? "" : ",", slab_text(*value.slab));
  return out;
}

ValueRow row_of(const DumpedValue& value) {
  return {value.depth, value.bad, clean(value.name), value_text(value), clean(value.type)};
}

std::string heading_of(const Frame& frame) {
  std::string out = clean(frame.ref.symbol);
  if (frame.ref.offset) out += fmt::format("+{:#x}", *frame.ref.offset);
  if (!frame.ref.module.empty()) out += " [" + clean(frame.ref.module) + "]";
  return out;
}

}  // namespace

std::vector<ValueTable> variables_of(const Report& r) {
  std::vector<ValueTable> out;
  for (const Stack& stack : r.stacks) {
    std::vector<const DumpedValue*> pointers;  // that the functions further in had under the same name
    const auto is_repeat = [&](const DumpedValue& value) {
      const auto same = [&](const DumpedValue* p) { return p->name == value.name && p->number == value.number; };
      return value.number && std::ranges::any_of(pointers, same);
    };
    for (const Frame& frame : stack.frames) {
      if (frame.variables.empty()) continue;
      ValueTable table{heading_of(frame), stack.cpu ? fmt::format("CPU {}", *stack.cpu) : "", {}};
      std::string_view function;
      for (const DumpedValue& value : frame.variables) {
        if (is_repeat(value)) continue;
        pointers.push_back(&value);
        if (value.function != function && !value.function.empty())
          table.rows.push_back({0, false, clean(value.function) + " (inlined)", "", ""});
        function = value.function;
        table.rows.push_back(row_of(value));
        table.rows.back().indent = value.function.empty() ? 0 : 1;
      }
      if (!table.rows.empty()) out.push_back(std::move(table));
    }
  }
  return out;
}

std::vector<ValueTable> objects_of(const Report& r) {
  std::vector<ValueTable> out;
  for (const DumpedObject& object : r.objects) {
    ValueTable& table = out.emplace_back();
    table.heading = clean(object.expression) + (object.type.empty() ? " =" : ", " + clean(object.type) + " at") + " " +
                    hex(object.address);
    if (object.slab) table.note = slab_text(*object.slab);
    if (!object.missing.empty()) table.rows.push_back({0, false, clean(object.missing), "", ""});
    for (const DumpedValue& value : object.members) table.rows.push_back(row_of(value));
    table.more = object.more_members;
  }
  return out;
}

}  // namespace unoops::render
