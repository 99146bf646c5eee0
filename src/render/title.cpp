#include "render/title.hpp"

#include "base/printable.hpp"

namespace unoops::render {

namespace {

class TitleRenderer final : public Renderer {
 public:
  explicit TitleRenderer(std::ostream& out) : out_(out) {}
  void report(const Report& r) override { out_ << clean(r.title) << '\n' << std::flush; }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Renderer> make_title(std::ostream& out, const RenderOptions&) {
  return std::make_unique<TitleRenderer>(out);
}

}  // namespace unoops::render
