// Where reports go: standard output, or the file of -o. Written by write(2) itself, so that what went wrong is known.
#pragma once

#include <array>
#include <ostream>
#include <streambuf>
#include <string>

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "cli/pager.hpp"

namespace unoops::cli {

// A descriptor as a stream. It waits where the other end is slow (O_NONBLOCK), and stops at the first error.
class FdBuffer final : public std::streambuf {
 public:
  explicit FdBuffer(int fd, Pager* pager = nullptr) : fd_(fd), pager_(pager) {
    setp(room_.data(), room_.data() + room_.size());
  }
  int error() const { return error_; }  // errno of the write that failed; 0: none

 protected:
  int_type overflow(int_type letter) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  bool write_all(const char* text, std::size_t size);
  bool flush_room();

  const int fd_;
  Pager* const pager_;
  int error_ = 0;
  bool reader_left_ = false;
  std::array<char, 64 * 1024> room_{};
};

// A file appears whole or not at all: it is written beside its place and takes that when all is written. What is no
// regular file, and what --follow writes, is written where it stands, behind what is there: a service that starts again
// must not lose what it has told.
class Output {
 public:
  // An empty path: standard output, and `pager` may be what it is a pipe to; finish() waits for that.
  Output(std::string path, bool in_place, Pager* pager = nullptr);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::ostream& stream() { return stream_; }
  // Says on standard error what went wrong; false then.
  bool is_open() const;
  bool finish();
  void abandon();  // what is written beside its place does not take it: finish() leaves what is there

 private:
  static int open_beside(const std::string& path, std::string& beside);

  Pager* const pager_;
  std::string path_;    // where it shall be; empty: standard output
  std::string beside_;  // where it is written; empty: in its place
  int fd_ = -1;
  int open_error_ = 0;
  FdBuffer buffer_;
  std::ostream stream_;
};

// Where the file of -o is, or will be: a link stays, and the file that it leads to is written.
std::string output_place(const std::string& path);

// A FILE that the output would overwrite, or that would grow by what is read of it: by device and inode, whatever the
// names. Empty: there is none.
std::string input_that_is_output(const Options&);

// Programs that were started without standard descriptors would give their numbers to files that they open.
void keep_standard_descriptors();

}  // namespace unoops::cli
