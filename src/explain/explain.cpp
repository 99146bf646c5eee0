#include "unoops/explainer.hpp"

namespace unoops {

void explain(Report& report) {
  auto& e = report.explanation;
  e.summary = report.title;
  e.cause = report.site.cause;
}

}  // namespace unoops
