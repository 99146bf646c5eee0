#include "unoops/report.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace unoops {

using namespace report;

namespace {

template <class Facts>
auto find_fact(Facts& facts, FactName name) {
  return std::ranges::find_if(facts, [&](const auto& fact) { return fact.first == name.id; });
}

}  // namespace

std::string_view Report::fact(FactName name) const {
  const auto at = find_fact(facts, name);
  return at == facts.end() ? std::string_view{} : std::string_view(at->second);
}

void Report::set_fact(FactName name, std::string_view value) {
  const auto at = find_fact(facts, name);
  if (at != facts.end())
    at->second = value;
  else if (facts.size() < limits::facts)
    facts.emplace_back(name.id, value);
}

const Register* Report::reg(std::string_view name) const {
  const auto at = std::ranges::find(registers, name, &Register::name);
  return at == registers.end() ? nullptr : &*at;
}

}  // namespace unoops
