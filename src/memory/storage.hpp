// The bytes of a dump, wherever they lie: in the file, in the pieces of a flattened one, in an unpacked copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/rooms.hpp"
#include "unoops/error.hpp"

namespace unoops::memory {

class Storage {
 public:
  virtual ~Storage() = default;
  // False: not all of these bytes are there.
  virtual bool read(std::uint64_t at, std::span<std::byte> out) const = 0;
  virtual std::uint64_t size() const = 0;
};

// The file itself. Takes the descriptor.
std::unique_ptr<Storage> file_storage(int fd);

// What makedumpfile -F wrote, in the order that its pieces name. One pass over their headers.
Expected<std::unique_ptr<Storage>> unflattened(std::shared_ptr<const Storage>);

// A packed file's (.gz, .xz, .zst) bytes in a temporary file that has no name and a bound.
Expected<std::unique_ptr<Storage>> unpacked_copy(const Storage&);

// Enough of them to see what the file is.
std::string first_bytes(const Storage&);
// The same, unpacked where they are packed.
std::string head_of(const Storage&);

}  // namespace unoops::memory
