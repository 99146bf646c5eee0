#include "debuginfo/dwarf_line.hpp"

#include <dwarf.h>

#include "debuginfo/source_path.hpp"

namespace unoops::debuginfo {

namespace {

constexpr std::uint64_t bytes_a_step = 2;  // of a line program, as the budget counts

// As of Linux: PATH_MAX.
constexpr std::size_t longest_path = 4096;

// What an entry's text may be stored as (DWARF 5, 6.2.4.1).
std::optional<std::string_view> read_text(DwarfSections& sections, ByteReader& in, std::uint64_t form,
                                          UnitFormat format) {
  switch (form) {
    case DW_FORM_string:
      return in.text();
    case DW_FORM_line_strp:
      return sections.text(DebugSection::line_str, in.u(format.offset_size));
    case DW_FORM_strp:
      return sections.text(DebugSection::str, in.u(format.offset_size));
    default:
      return std::nullopt;
  }
}

std::optional<std::uint64_t> read_number(ByteReader& in, std::uint64_t form) {
  switch (form) {
    case DW_FORM_udata:
      return in.uleb();
    case DW_FORM_data1:
      return in.u8();
    case DW_FORM_data2:
      return in.u16();
    case DW_FORM_data4:
      return in.u32();
    case DW_FORM_data8:
      return in.u64();
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<LineProgram> LineProgram::parse(DwarfSections& sections, std::uint64_t offset, UnitFormat unit,
                                              std::string_view comp_dir) {
  ByteReader in = sections.reader(DebugSection::line, offset);
  LineProgram program;
  program.sections_ = &sections;
  program.comp_dir_ = comp_dir;
  program.format_ = {0, unit.address_size, 4};
  std::uint64_t length = in.u32();
  if (length == 0xffffffffu) {
    program.format_.offset_size = 8;
    length = in.u64();
  }
  if (in.failed() || length > in.left()) return std::nullopt;
  if (!sections.budget().work(length / bytes_a_step)) return std::nullopt;
  program.end_ = in.offset() + length;
  sections.ready(DebugSection::line, offset, program.end_);
  in.limit(program.end_);
  if (!program.read_header(sections, in)) return std::nullopt;
  return program;
}

bool LineProgram::read_header(DwarfSections& sections, ByteReader& in) {
  format_.version = in.u16();
  if (format_.version < 2 || format_.version > 5) return false;
  if (format_.version >= 5) {
    format_.address_size = in.u8();
    in.u8();  // segment selector size
  }
  const std::uint64_t header = in.u(format_.offset_size);
  program_ = in.offset() + header;
  if (header > in.left()) return false;
  minimum_length_ = in.u8();
  if (format_.version >= 4) in.u8();  // operations per instruction: 1 wherever Linux runs
  in.u8();                            // default is_stmt
  line_base_ = static_cast<std::int8_t>(in.u8());
  line_range_ = in.u8();
  opcode_base_ = in.u8();
  if (line_range_ == 0) return false;
  lengths_.assign(opcode_base_, 0);
  for (unsigned i = 1; i < opcode_base_; ++i) lengths_[i] = in.u8();
  if (format_.version >= 5) return read_tables(sections, in) && !in.failed();
  read_old_tables(in);
  return !in.failed();
}

void LineProgram::read_old_tables(ByteReader& in) {
  Budget& budget = sections_->budget();
  directories_.push_back(comp_dir_);
  while (!in.failed()) {
    const std::string_view directory = in.text();
    if (directory.empty() || !budget.keep(sizeof(std::string_view))) break;
    directories_.push_back(directory);
  }
  files_.emplace_back();  // they count from 1
  while (!in.failed()) {
    const std::string_view name = in.text();
    if (name.empty() || !budget.keep(sizeof(File))) break;
    const std::uint64_t directory = in.uleb();
    in.uleb();
    in.uleb();
    files_.push_back({name, directory});
  }
}

bool LineProgram::read_tables(DwarfSections& sections, ByteReader& in) {
  return read_table(sections, in, false) && read_table(sections, in, true);
}

bool LineProgram::read_table(DwarfSections& sections, ByteReader& in, bool files) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> fields(in.u8());
  for (auto& [content, form] : fields) content = in.uleb(), form = in.uleb();
  const std::uint64_t count = in.uleb();
  // An entry without a byte of its own could be repeated without end.
  for (std::uint64_t i = 0, begin = in.offset(); i < count && !in.failed(); ++i, begin = in.offset()) {
    File entry;
    for (const auto& [content, form] : fields) {
      const std::uint64_t before = in.offset();
      if (content == DW_LNCT_path) {
        if (const auto text = read_text(sections, in, form, format_)) entry.name = *text;
      } else if (content == DW_LNCT_directory_index) {
        if (const auto number = read_number(in, form)) entry.directory = *number;
      }
      if (in.offset() == before && !skip_form(in, static_cast<std::uint16_t>(form), format_)) return false;
    }
    if (in.offset() == begin) return sections.budget().refuse("its line table has entries without content");
    if (!sections.budget().keep(sizeof entry)) return false;
    if (files)
      files_.push_back(entry);
    else
      directories_.push_back(entry.name);
  }
  return true;
}

std::string LineProgram::path(std::uint64_t index) const {
  if (index >= files_.size() || files_[index].name.empty()) return {};
  const File& file = files_[index];
  const std::string_view directory =
      file.directory < directories_.size() ? directories_[file.directory] : std::string_view{};
  if (file.name.size() + directory.size() + comp_dir_.size() > longest_path) return {};
  if (file.name.starts_with('/') || directory.empty() || directory == comp_dir_)
    return source_path(file.name, comp_dir_);
  return source_path(std::string(directory) + "/" + std::string(file.name), comp_dir_);
}

// False: the sequence ended.
bool LineProgram::extended(ByteReader& in, LineRow& row, bool& in_sequence) const {
  const std::uint64_t length = in.uleb();
  if (length == 0) return true;
  if (length > in.left()) return in.skip(length), false;
  const std::uint64_t next = in.offset() + length;
  switch (in.u8()) {
    case DW_LNE_end_sequence:
      in_sequence = false;
      break;
    case DW_LNE_set_address:
      row.address = in.u(static_cast<unsigned>(length - 1));
      break;
    default:
      break;
  }
  in.seek(next);
  return in_sequence;
}

void LineProgram::standard(ByteReader& in, std::uint8_t opcode, LineRow& row) const {
  switch (opcode) {
    case DW_LNS_advance_pc:
      row.address += in.uleb() * minimum_length_;
      break;
    case DW_LNS_advance_line:
      row.line += static_cast<std::uint64_t>(in.sleb());
      break;
    case DW_LNS_set_file:
      row.file = in.uleb();
      break;
    case DW_LNS_set_column:
      row.column = in.uleb();
      break;
    case DW_LNS_const_add_pc:
      row.address += std::uint64_t{(255u - opcode_base_) / line_range_} * minimum_length_;
      break;
    case DW_LNS_fixed_advance_pc:
      row.address += in.u16();
      break;
    default:
      for (unsigned i = 0; i < lengths_[opcode]; ++i) in.uleb();
  }
}

std::optional<LineRow> LineProgram::find(std::uint64_t wanted) const {
  ByteReader in = sections_->reader(DebugSection::line, program_);
  in.limit(end_);
  if (!sections_->budget().work(in.left() / bytes_a_step)) return std::nullopt;
  LineRow row, previous;
  bool have_previous = false;
  // A row holds from its address to the next row's; of several at one address the last one counts.
  const auto emit = [&] {
    const bool hit = have_previous && previous.address <= wanted && wanted < row.address;
    if (!hit) previous = row, have_previous = true;
    return hit;
  };
  while (!in.at_end()) {
    const std::uint8_t opcode = in.u8();
    if (opcode >= opcode_base_) {
      const unsigned adjusted = opcode - opcode_base_;
      row.address += std::uint64_t{adjusted / line_range_} * minimum_length_;
      row.line += static_cast<std::uint64_t>(line_base_ + static_cast<int>(adjusted % line_range_));
      if (emit()) return previous;
    } else if (opcode == DW_LNS_copy) {
      if (emit()) return previous;
    } else if (opcode == 0) {
      bool in_sequence = true;
      if (extended(in, row, in_sequence)) continue;
      if (emit()) return previous;
      row = LineRow{};
      have_previous = false;
    } else {
      standard(in, opcode, row);
    }
  }
  return std::nullopt;
}

}  // namespace unoops::debuginfo
