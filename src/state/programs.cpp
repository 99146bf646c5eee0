#include "state/programs.hpp"

#include <algorithm>
#include <vector>

namespace unoops::state {
namespace {

// Bounds of what damaged memory may claim: a path's parts, a name's bytes, and what of a command line is worth reading.
constexpr int most_parts = 64, most_mounts = 16;
constexpr std::uint64_t most_name = 255, most_arguments = 512, page = 4096;

std::optional<std::uint64_t> member(Target& target, std::uint64_t object, std::string_view type,
                                    std::string_view path) {
  const auto value = target.number(object, type, path);
  return value && *value != 0 ? value : std::nullopt;
}

// Nothing: it is not in the dump, or does not end.
std::optional<std::string> name_at(Target& target, std::uint64_t address) {
  std::string out;
  for (; out.size() <= most_name; ++address) {
    const auto c = target.memory().number(address, 1);
    if (!c) return std::nullopt;
    if (*c == 0) return out;
    out += static_cast<char>(*c);
  }
  return std::nullopt;
}

// v6.1 fs/d_path.c prepend_path: up to the root of a mount, then on from where that is mounted.
std::string path_of(Target& target, std::uint64_t dentry, std::uint64_t mount) {
  std::string out;
  int mounts = 0;
  for (int parts = 0; parts < most_parts; ++parts) {
    const auto root = member(target, mount, "mount", "mnt.mnt_root");
    if (!root) return {};
    if (dentry == *root) {
      const auto above = member(target, mount, "mount", "mnt_parent"),
                 point = member(target, mount, "mount", "mnt_mountpoint");
      if (!above || !point || ++mounts > most_mounts) return {};
      if (*above == mount) return out.empty() ? "/" : out;
      mount = *above;
      dentry = *point;
      continue;
    }
    const auto parent = member(target, dentry, "dentry", "d_parent");
    const auto name = member(target, dentry, "dentry", "d_name.name");
    const auto text = name ? name_at(target, *name) : std::nullopt;
    if (!parent || !text || *parent == dentry) return {};
    out.insert(0, "/" + *text);
    dentry = *parent;
  }
  return {};
}

}  // namespace

std::string program_of(Target& target, std::uint64_t task) {
  const auto mm = member(target, task, "task_struct", "mm");
  const auto file = mm ? member(target, *mm, "mm_struct", "exe_file") : std::nullopt;
  const auto dentry = file ? member(target, *file, "file", "f_path.dentry") : std::nullopt;
  const auto mount = file ? member(target, *file, "file", "f_path.mnt") : std::nullopt;
  const auto& inside = target.place("mount", "mnt");
  if (!dentry || !mount || !inside) return {};
  return path_of(target, *dentry, *mount - inside->offset);
}

// v6.1 fs/proc/base.c get_mm_cmdline: the program itself may have changed it.
std::string command_line_of(Target& target, std::uint64_t task) {
  const auto mm = member(target, task, "task_struct", "mm");
  const auto tables = mm ? member(target, *mm, "mm_struct", "pgd") : std::nullopt;
  const auto top = tables ? target.memory().physical(*tables) : std::nullopt;
  const auto begin = mm ? member(target, *mm, "mm_struct", "arg_start") : std::nullopt;
  const auto end = mm ? member(target, *mm, "mm_struct", "arg_end") : std::nullopt;
  if (!top || !begin || !end || *begin >= *end) return {};
  std::string out;
  const auto last = std::min(*end, *begin + most_arguments);
  for (auto at = *begin; at < last;) {
    std::vector<std::byte> bytes(std::min(last - at, page - at % page));
    if (target.memory().read_of_program(*top, at, bytes) != Got::yes) return {};
    out += text_of(bytes);
    at += bytes.size();
  }
  while (!out.empty() && out.back() == '\0') out.pop_back();
  std::ranges::replace(out, '\0', ' ');
  return out;
}

// The unified hierarchy's (v6.1 kernel/cgroup/cgroup.c task_dfl_cgroup, fs/kernfs/dir.c kernfs_path).
std::string cgroup_of(Target& target, std::uint64_t task) {
  const auto set = member(target, task, "task_struct", "cgroups");
  const auto group = set ? member(target, *set, "css_set", "dfl_cgrp") : std::nullopt;
  auto node = group ? member(target, *group, "cgroup", "kn") : std::nullopt;
  const std::string_view above = target.place("kernfs_node", "__parent") ? "__parent" : "parent";
  std::string out;
  for (int parts = 0; node && parts < most_parts; ++parts) {
    const auto parent = target.number(*node, "kernfs_node", above);
    if (!parent) return {};
    if (*parent == 0) return out.empty() ? "/" : out;
    const auto name = member(target, *node, "kernfs_node", "name");
    const auto text = name ? name_at(target, *name) : std::nullopt;
    if (!text) return {};
    out.insert(0, "/" + *text);
    node = parent;
  }
  return {};
}

}  // namespace unoops::state
