// Packed logs as streams: concatenated members, cut files (what could be read is read, then the error is told).
#include "base/decompress.hpp"

#include <optional>
#include <utility>

#include "input/byte_stream.hpp"

namespace unoops::input {

namespace {

constexpr std::size_t chunk = 64 * 1024;

// Feeds input until there is output.
class Decompressor final : public ByteStream {
 public:
  Decompressor(std::unique_ptr<Unpacker> unpacker, std::unique_ptr<ByteStream> inner, std::string name)
      : unpacker_(std::move(unpacker)), inner_(std::move(inner)), name_(std::move(name)), out_(chunk, '\0') {}

  Expected<std::string_view> read() override {
    using Step = Unpacker::Step;
    while (!done_) {
      if (in_.empty() && !inner_end_) {
        auto more = inner_->read();
        if (!more) return fail(more.error().message);
        in_ = *more;
        inner_end_ = in_.empty();
      }
      std::size_t made = 0;
      const std::size_t had_input = in_.size();
      Step step = unpacker_->step(in_, inner_end_, out_.data(), out_.size(), made);
      if (made == 0 && had_input != 0 && in_.size() == had_input && step == Step::more)
        step = Step::damaged;  // no progress
      total_ += made;
      done_ = step != Step::more || (inner_end_ && made == 0 && had_input == 0);
      if (step == Step::too_large)
        return fail(name_ + ": its " + unpacker_->format() +
                    " data was packed with a window of more memory than unoops takes: unpack it first (" +
                    unpacker_->format() + " -dc FILE | unoops)");
      if (step == Step::damaged)
        damage_ = "damaged " + std::string(unpacker_->format()) + " data";
      else if (step == Step::more && done_ && !unpacker_->at_boundary())
        damage_ = std::string(unpacker_->format()) + " data ends too early";
      if (made != 0) return std::string_view(out_.data(), made);
    }
    if (damage_)
      return fail(name_ + ": " + *std::exchange(damage_, {}) + " after " + std::to_string(total_) + " bytes");
    return std::string_view();
  }

 private:
  Expected<std::string_view> fail(std::string message) {
    done_ = true;
    return tl::unexpected(Error{std::move(message)});
  }
  std::unique_ptr<Unpacker> unpacker_;
  std::unique_ptr<ByteStream> inner_;
  std::string name_;
  std::string out_;
  std::string_view in_;
  std::optional<std::string> damage_;
  std::uint64_t total_ = 0;
  bool inner_end_ = false;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> unpacked(Packing packing, std::unique_ptr<ByteStream> inner, std::string name) {
  return std::make_unique<Decompressor>(make_unpacker(packing), std::move(inner), std::move(name));
}

}  // namespace unoops::input
