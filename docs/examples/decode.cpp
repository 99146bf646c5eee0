#include <iostream>
#include <unoops/unoops.hpp>

int main(int argc, char** argv) {
  const auto reports = unoops::decode_file(argc > 1 ? argv[1] : "-");
  if (!reports) return std::cerr << reports.error().message << '\n', 2;
  for (const auto& report : *reports) std::cout << report.title << ": " << report.explanation.summary << '\n';
}
