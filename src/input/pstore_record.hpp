// pstore's records that the kernel could not unpack itself (dmesg-efi-1.enc.z).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "input/byte_stream.hpp"

namespace unoops::input {

bool is_packed_record(std::string_view file_name);
std::unique_ptr<ByteStream> unpacked_record(std::unique_ptr<ByteStream>, std::string name);

}  // namespace unoops::input
