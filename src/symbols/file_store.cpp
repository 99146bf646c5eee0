// The files of a kernel: finding, opening, judging them.
#include "symbols/file_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "unoops/symbol_directories.hpp"

namespace unoops::symbols {

using Fit = FileVerdict::Fit;

namespace {

// A machine has some two hundred, a distribution 4,000: a log that names more makes them up.
constexpr std::size_t most_modules = 4096;

// .gnu_debuglink: the name of the separate debug file, padded, then its CRC.
std::string debuglink(ElfFile& elf) {
  const ElfSection* s = elf.section(".gnu_debuglink");
  return s ? std::string(ByteReader(elf.bytes(*s), elf.big_endian()).text()) : std::string();
}

}  // namespace

std::string FileStore::module_name(std::string printed) {
  std::replace(printed.begin(), printed.end(), '-', '_');
  return printed;
}

FileStore::FileStore(SharedFiles& shared, KernelIdentity identity) : shared_(shared), identity_(std::move(identity)) {
  if (identity_.release.empty()) identity_.release = release_in(identity_.banner);
}

void FileStore::learn(const Kernel& kernel, std::optional<std::uint64_t> kernel_offset) {
  const bool knew_nothing = identity_.release.empty() && identity_.banner.empty();
  if (identity_.release.empty()) identity_.release = kernel.release;
  if (identity_.banner.empty()) identity_.banner = kernel.banner;
  if (identity_.build_id.empty()) identity_.build_id = kernel.build_id;
  if (identity_.version.empty()) identity_.version = kernel.version;
  if (!identity_.kernel_offset) identity_.kernel_offset = kernel_offset;
  if (knew_nothing && vmlinux_.file) vmlinux_.judge.identify(*vmlinux_.file, identity_, false);
}

void FileStore::identify(FitJudge& judge, DebugFile& file, const Slot& slot, const std::string& build_id) const {
  judge.identify(file, identity_, !slot.name.empty());
  if (!slot.name.empty()) judge.build_id(file, build_id);
}

FileStore::Attempt FileStore::try_open(Slot& slot, const std::string& path, const std::string& build_id, bool named) {
  FileVerdict& verdict = verdicts_[slot.verdict];
  if (!shared_.is_there(path) && !named) {
    verdict.tried.push_back(path);
    return Attempt::go_on;
  }
  if (!named && !is_trusted(slot, path)) return Attempt::go_on;
  auto opened = shared_.open(path);
  if (!opened) {
    verdict.tried.push_back(opened.error().message);
    if (!slot.file) verdict.fit = Fit::unusable;
    if (!slot.file && named) verdict.evidence = {opened.error().message};
    return Attempt::go_on;
  }
  auto file = std::move(*opened);
  FitJudge judge;
  identify(judge, *file, slot, build_id);
  // A file that the search came upon is passed over if it can't be the one. A file that the user named is kept, so that
  // its misfit is reported.
  if (judge.contradicted() && !named && !options_.force) {
    verdict.tried.push_back(fmt::format("{}: {}", path, judge.evidence().front()));
    slot.why = build_id.empty() ? Miss::misfit : Miss::build_id_differs;
    note_refusal(slot, fmt::format("{} does not fit the log, it is not used: {} (--force uses it)", path,
                                   judge.evidence().front()));
    return Attempt::go_on;
  }
  const bool has_debug_info = file->has_debug_info();
  if (!has_debug_info) verdict.tried.push_back(path + ": no debug information");
  if (!slot.file || has_debug_info) {
    slot.file = std::move(file);
    slot.judge = std::move(judge);
    verdict.path = path;
    verdict.fit = Fit::unknown;
    verdict.evidence.clear();
    note_lender(slot);  // where another kernel of this run has found it
  }
  return has_debug_info ? Attempt::done : Attempt::go_on;
}

const std::shared_ptr<SymbolRoots>& FileStore::roots() {
  if (!roots_) roots_ = shared_.roots(release());
  return roots_;
}

// For the user, should nothing better be found.
void FileStore::note_refusal(const Slot& slot, std::string why) {
  auto& evidence = verdicts_[slot.verdict].evidence;
  if (!slot.file && evidence.empty()) evidence.push_back(std::move(why));
}

// The search came upon it by the log's words or a symbol file's.
bool FileStore::is_trusted(Slot& slot, const std::string& path) {
  if (roots()->hold(path)) return true;
  note_refusal(slot,
               path + " leads out of the places of symbol files, it is not opened (-k FILE or -m DIR names its place)");
  verdicts_[slot.verdict].tried.push_back(path + ": not opened, because it leads out of the places of symbol files");
  return false;
}

// Tries the path as it is and packed. True: a file with debug information was found.
bool FileStore::try_packed(Slot& slot, const std::string& path, const std::string& build_id) {
  bool any = false;
  for (const std::string_view suffix : packed_suffixes) {
    const std::string file = path + std::string(suffix);
    if (!shared_.is_there(file)) continue;
    any = true;
    if (try_open(slot, file, build_id) == Attempt::done) return true;
  }
  if (!any) verdicts_[slot.verdict].tried.push_back(path + "[.xz|.zst|.gz]");
  return false;
}

void FileStore::find_separate_debug(Slot& slot, std::string build_id) {
  if (slot.file) {
    if (build_id.empty()) build_id = slot.file->elf().build_id();
    for (const auto& path : finder_.debug_paths(slot.file->elf().path(), debuglink(slot.file->elf()), build_id))
      if (shared_.is_there(path) && try_open(slot, path, build_id) == Attempt::done) return;
  } else if (!build_id.empty()) {
    for (const auto& path : finder_.debug_paths("", "", build_id))
      if (try_open(slot, path, build_id) == Attempt::done) return;
  }
  ask_debuginfod(slot, build_id);
}

void FileStore::ask_debuginfod(Slot& slot, const std::string& build_id) {
  Debuginfod* server = shared_.debuginfod();
  if (!server || build_id.empty()) return;
  const auto path = server->find(build_id, verdicts_[slot.verdict].what);
  if (path) {
    roots()->add(directory_of(*path));  // the library's cache
    try_open(slot, *path, build_id);
  } else {
    verdicts_[slot.verdict].tried.push_back(fmt::format("debuginfod, build-id {}: {}", build_id, path.error().message));
  }
}

void FileStore::note_lender(const Slot& slot) {
  if (const ElfFile* lender = slot.file->elf().lender())
    verdicts_[slot.verdict].tried.push_back(lender->path() + ": its code is used");
}

// A separate debug file has no code of its own (NOBITS): what its stripped half has is needed to see instructions.
void FileStore::find_code(Slot& slot, const std::vector<std::string>& paths, const std::string& build_id) {
  if (!slot.file || !slot.file->elf().lacks_code()) return;
  for (const std::string& path : paths) {
    if (!shared_.is_there(path) || path == slot.file->elf().path()) continue;
    if (path != options_.vmlinux && !is_trusted(slot, path)) continue;
    auto elf = ElfFile::open(path);
    if (!elf || !slot.file->borrow_code(std::move(*elf))) continue;
    note_lender(slot);
    // Judged anew, because the debug file lacked the banner, too.
    slot.judge = {};
    return identify(slot.judge, *slot.file, slot, build_id);
  }
}

void FileStore::open_vmlinux() {
  vmlinux_.tried = true;
  vmlinux_.why = Miss::no_symbols;
  vmlinux_.verdict = verdicts_.size();
  verdicts_.push_back({vmlinux_name, "", Fit::not_found, {}, {}, {}});
  if (options_.none) return;
  const auto paths = finder_.vmlinux_paths(release(), identity_.build_id);
  const bool found =
      options_.vmlinux.empty()
          ? std::any_of(paths.begin(), paths.end(),
                        [&](const std::string& path) { return try_packed(vmlinux_, path, identity_.build_id); })
          : try_open(vmlinux_, options_.vmlinux, "", true) == Attempt::done;
  if (!found && options_.vmlinux.empty())
    find_separate_debug(vmlinux_, identity_.build_id);
  else if (!found && vmlinux_.file)
    find_separate_debug(vmlinux_, "");
  std::vector<std::string> packed = {options_.vmlinux};
  for (const std::string& path : paths)
    for (const std::string_view suffix : packed_suffixes) packed.push_back(path + std::string(suffix));
  find_code(vmlinux_, packed, "");
  settle(vmlinux_);
}

DebugFile* FileStore::vmlinux() {
  if (!vmlinux_.tried) open_vmlinux();
  return vmlinux_.file.get();
}

bool FileStore::find_module(Slot& slot, const std::string& build_id) {
  for (const auto& directory : directories_) {
    const std::vector<std::string> paths = directory->find(slot.name);
    if (paths.empty())
      verdicts_[slot.verdict].tried.push_back(fmt::format("{}/**/{}.ko*", directory->path(), slot.name));
    for (const std::string& path : paths)
      if (try_open(slot, path, build_id) == Attempt::done) return true;
  }
  return false;
}

void FileStore::open_module(Slot& slot, const std::string& build_id) {
  slot.tried = true;
  slot.verdict = verdicts_.size();
  verdicts_.push_back({slot.name, "", Fit::not_found, {}, {}, {}});
  if (options_.none) return;
  if (!directories_known_) {
    directories_known_ = true;
    const std::string base = vmlinux() ? vmlinux_.file->elf().path() : options_.vmlinux;
    std::string wanted = release();
    if (wanted.empty() && vmlinux_.file) wanted = release_in(banner_of(*vmlinux_.file));
    for (const std::string& path : finder_.module_directories(wanted, base))
      // A link that leads out of the places of symbol files is not even listed. One that is not there finds nothing.
      if (!shared_.is_there(path) || is_trusted(slot, path)) directories_.push_back(shared_.directory(path));
  }
  if (!find_module(slot, build_id)) find_separate_debug(slot, build_id);
  for (const auto& directory : directories_)
    if (slot.file && slot.file->elf().lacks_code()) find_code(slot, directory->find(slot.name), build_id);
  settle(slot);
}

FileStore::Slot& FileStore::slot_of(const SymbolRef& ref) {
  if (ref.module.empty()) {
    if (!vmlinux_.tried) open_vmlinux();
    return vmlinux_;
  }
  const std::string name = module_name(ref.module);
  const std::string key = ref.build_id.empty() ? name : name + " " + ref.build_id;
  if (modules_.size() >= most_modules && !modules_.contains(key)) return surplus_;
  Slot& slot = modules_[key];
  if (slot.tried) return slot;
  slot.name = name;
  open_module(slot, ref.build_id);
  if (slot.file) opened_.push_back(&slot);
  return slot;
}

DebugFile* FileStore::file_of(const SymbolRef& ref) {
  const Slot& slot = slot_of(ref);
  return slot.dropped ? nullptr : slot.file.get();
}

DebugFile* FileStore::fitting_vmlinux() {
  DebugFile* file = vmlinux();
  return refused(vmlinux_) ? nullptr : file;
}

void FileStore::open_maps() {
  if (maps_opened_) return;
  maps_opened_ = true;
  const auto open = [&](const std::string& path, const char* what, const SymbolMap*& into) {
    if (path.empty()) return;
    const auto& map = shared_.map(path);
    verdicts_.push_back({what, path, map ? Fit::unknown : Fit::unusable, {}, {}, {}});
    if (map)
      into = &*map;
    else
      verdicts_.back().evidence.push_back(map.error().message);
  };
  open(options_.kallsyms, kallsyms_name, kallsyms_);
  open(options_.system_map, system_map_name, system_map_);
}

void FileStore::settle(Slot& slot) {
  if (!slot.tried) return;  // nothing in the log asked for it
  if (!slot.file || !slot.file->has_debug_info()) {
    // The package that has vmlinux has the kernel's own modules, too.
    const bool foreign = !slot.name.empty() && vmlinux_.file && vmlinux_.file->has_debug_info();
    verdicts_[slot.verdict].hint =
        foreign ? "-m DIR, where the module's .ko was built (with -g); or --debuginfod" : package_hint(release());
  }
  if (!slot.file || slot.dropped) return;
  verdicts_[slot.verdict].fit = slot.judge.verdict();
  verdicts_[slot.verdict].evidence = slot.judge.evidence();
}

bool FileStore::refused(const Slot& slot) const {
  return slot.dropped || (slot.file && verdicts_[slot.verdict].fit == Fit::misfit && !options_.force);
}

bool FileStore::drop(Slot& slot) {
  if (!slot.file || slot.dropped) return false;
  const std::string why = slot.file->elf().refusal();
  if (why.empty()) return false;
  slot.dropped = true;
  verdicts_[slot.verdict].fit = Fit::unusable;
  verdicts_[slot.verdict].evidence = {why};
  return true;
}

bool FileStore::drop_refused() {
  bool any = drop(vmlinux_);
  for (Slot* slot : opened_) any = drop(*slot) || any;
  if (any) cache_.clear(), chosen_.clear();
  return any;
}

void FileStore::check(const std::vector<const SymbolRef*>& refs) {
  if (options_.none) return;
  open_maps();
  if (vmlinux_.file) vmlinux_.file->elf().budget().renew();
  for (Slot* slot : opened_) slot->file->elf().budget().renew();
  for (const SymbolRef* ref : refs) {
    if (ref->symbol.empty()) continue;
    Slot& slot = slot_of(*ref);
    if (!slot.file || !ref->size) continue;
    // A pointer may be a variable's, which is not among the functions.
    const bool variable = ref->pc == PcKind::pointer && slot.file->symbols().find(ref->symbol).empty();
    if (!variable) slot.judge.size(*slot.file, ref->symbol, *ref->size);
  }
  settle(vmlinux_);
  for (Slot* slot : opened_) settle(*slot);
  derive_kernel_offset(refs);
  derive_module_offsets(refs);
  for (std::size_t i = 0; i < refs.size(); ++i) tell_apart(refs, i);
}

}  // namespace unoops::symbols
