// Any bytes in an oops, with elements and attributes among them: a page has none of the log's. A strict small reader of the
// page's own HTML; tests/golden/page.py has a real parser look at golden logs that were made hostile.
#include <array>

#include "logs.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

// 0x01 to 0x04 stand for what leaves a text, a quoted value, and the elements around them.
constexpr std::array<std::string_view, 4> hostile = {"<zq zq=1>", "\" zq=\"1", "'><zq>",
                                                     "</pre></td></article></script><zq>"};

std::string planted(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto which = static_cast<std::size_t>(static_cast<unsigned char>(c)) - 1;
    if (which >= hostile.size())
      out += c;
    else
      out += hostile[which];
  }
  return out;
}

std::string_view take_while(std::string_view& text, auto is) {
  std::size_t length = 0;
  while (length < text.size() && is(text[length])) ++length;
  const auto taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }

std::string_view read_name(std::string_view& page, const char* promise) {
  const auto name = take_while(page, is_name);
  require(!name.empty() && !name.starts_with("zq") && !name.starts_with("on"), promise);
  return name;
}

// Behind '<'. Gives the element's name.
std::string_view read_tag(std::string_view& page) {
  if (page.starts_with('/')) page.remove_prefix(1);
  const auto name = read_name(page, "no element is the log's");
  while (!take_while(page, [](char c) { return c == ' ' || c == '\n'; }).empty()) {
    const auto attribute = read_name(page, "no attribute is the log's");
    if (!page.starts_with('=')) continue;
    require(page.starts_with("=\""), "values are quoted");
    page.remove_prefix(2);
    const auto value = take_while(page, [](char c) { return c != '"' && c != '<'; });
    require(attribute != "href" || value.starts_with('#'), "links stay within the page");
    require(page.starts_with('"'), "a value ends with its quote");
    page.remove_prefix(1);
  }
  require(page.starts_with('>'), "a tag ends");
  page.remove_prefix(1);
  return name;
}

void read_reference(std::string_view page) {
  page.remove_prefix(1);
  const auto name = take_while(page, [](char c) { return is_name(c) || c == '#'; });
  require(!name.empty() && page.starts_with(';'), "an ampersand of the log's is spelled out");
}

void read_page(std::string_view page) {
  constexpr std::string_view doctype = "<!DOCTYPE html>";
  require(page.starts_with(doctype), "a page begins as one");
  page.remove_prefix(doctype.size());
  while (!page.empty()) {
    const char c = page.front();
    require(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' ', "no control characters");
    if (c == '&') read_reference(page);
    page.remove_prefix(1);
    if (c != '<') continue;
    const auto name = read_tag(page);
    if (name != "style" && name != "script") continue;
    const std::string end = "</" + std::string(name) + ">";
    page.remove_prefix(std::min(page.find(end), page.size()));
    page.remove_prefix(std::min(end.size(), page.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 32 * 1024;
  if (size > longest) return 0;
  const std::string log = std::string(oops_head) + planted(text_of(data, size)) + "\n" + std::string(oops_tail);
  const auto reports = fuzz::decode(log);
  RenderOptions options;
  for (const bool verbose : {false, true}) {
    options.verbose = verbose;
    read_page(rendered("html", reports, options));
  }
  return 0;
}
