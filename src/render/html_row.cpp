#include "render/html_row.hpp"

#include "base/printable.hpp"
#include "render/view.hpp"
#include "report/questions.hpp"
#include "unoops/known.hpp"

namespace unoops::render {

PageRow row_of(const Report& r) {
  const Frame* culprit = culprit_frame(r);
  PageRow row{.number = r.number,
              .follows = r.follows,
              .boot = r.boot,
              .time_us = r.time_us,
              .severity = severity_of(r),
              .kind = r.kind ? std::string(r.kind->id) : "unknown",
              .title = title_text(r),
              .signature = clean(r.signature),
              .host = clean(r.host),
              .file = clean(r.file),
              .wall_time = clean(r.wall_time),
              .function = culprit ? clean(culprit->ref.symbol) : std::string(),
              .lines = lines_text(r),
              .known = std::string(known_word(r)),
              .bug = r.known ? clean(r.known->bug) : std::string()};
  if (row.title.empty()) row.title = "(no title)";
  if (row.signature.empty()) row.signature = row.title;
  return row;
}

}  // namespace unoops::render
