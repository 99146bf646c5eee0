#include "kinds/memory_module.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "facts/machine_checks.hpp"
#include "grammar/scanner.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

struct Key {
  std::string_view word, words;
};
// The makers of labels: v6.1 drivers/edac/{sb_edac,skx_common,i7core_edac,edac_mc}.c. Longer ones first.
constexpr auto keys = std::to_array<Key>({{"SrcID#", "socket "},
                                          {"Ha#", "home agent "},
                                          {"MC#", "memory controller "},
                                          {"mc#", "memory controller "},
                                          {"Channel#", "channel "},
                                          {"channel#", "channel "},
                                          {"Chan#", "channel "},
                                          {"csrow#", "chip select row "},
                                          {"DIMM#", "slot "},
                                          {"CPU#", "socket "}});

// "CPU_SrcID#0_Ha#0_Chan#1_DIMM#0": "socket 0, home agent 0, channel 1, slot 0"
std::string place_of_label(std::string_view label) {
  std::string out;
  if (label.find(" or ") != std::string_view::npos) return out;  // any of several
  for (std::size_t at = 0; at < label.size(); ++at) {
    const auto key = std::ranges::find_if(keys, [&](const Key& k) { return label.substr(at).starts_with(k.word); });
    if (key == keys.end()) continue;
    unsigned number = 0;
    if (!Scanner(label.substr(at + key->word.size())).dec(number)) continue;
    out += (out.empty() ? "" : ", ") + std::string(key->words) + std::to_string(number);
    at += key->word.size();
  }
  return out;
}

bool overflowed_line(const Report& r) { return r.headline.find(" OVERFLOW ") != std::string::npos; }

// "err_code:0001:0091": the model's code and the architecture's (v6.1 drivers/edac/sb_edac.c)
std::string code_words(const Report& r) {
  Scanner s(r.headline);
  unsigned model = 0, code = 0;
  if (!s.skip_to("err_code:") || !(s.lit("0x"), s.hex(model)) || !s.lit(":") || !(s.lit("0x"), s.hex(code))) return {};
  const auto error = machine_error(code, CpuVendor::intel);
  if (error.name.empty()) return {};
  return "the machine check's code is " + hex(code) + ": " + std::string(error.name) +
         (error.detail.empty() ? "" : ", " + error.detail);
}

}  // namespace

bool fails_often(const Report& r) {
  constexpr unsigned chance = 10;  // mcelog's own limit a day
  unsigned count = 0;
  Scanner(r.fact(fact::count)).dec(count);
  return count >= chance || overflowed_line(r);
}

void tell_edac(const Report& r, Explanation& e, std::string_view id) {
  if (!r.fact(fact::source).starts_with("EDAC")) return;
  if (const auto place = place_of_label(r.fact(fact::dimm)); !place.empty())
    add_certain(e, id, "the module is in " + place, "the module's label");
  if (const auto words = code_words(r); !words.empty()) add_certain(e, id, words, "err_code in EDAC's line");
  if (overflowed_line(r))
    add_certain(e, id, "overflow: there were more errors than the controller could keep, and those are lost",
                "OVERFLOW in EDAC's line");
}

}  // namespace unoops::kinds
