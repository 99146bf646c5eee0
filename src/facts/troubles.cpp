#include "facts/troubles.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace unoops::facts {
namespace {

// The first four bytes of a needle are looked for in every line: they should be rare.
constexpr auto rows = std::to_array<TroubleRow>({
    // drivers/nvme/host/pci.c nvme_warn_reset, nvme_timeout, nvme_reset_work; core.c nvme_wait_ready
    {"controller is down; will reset", "controller down", Whose::before, Reach::machine},
    {"Device not ready; aborting ", "controller not ready", Whose::before, Reach::machine},
    {"Removing after probe failure", "given up by its driver", Whose::before, Reach::machine},
    {"Disabling device after reset failure", "given up by its driver", Whose::before, Reach::machine},
    {" timeout, aborting", "a command timed out", Whose::before, Reach::machine},
    {" timeout, reset controller", "a command timed out", Whose::before, Reach::machine},
    {" timeout, disable controller", "a command timed out", Whose::before, Reach::machine},
    // block/blk-core.c blk_print_req_error (blk_update_request, print_req_error in older ones); fs/buffer.c
    // buffer_io_error
    {"I/O error, dev", "I/O error", Whose::behind, Reach::machine},
    {"critical medium error, dev", "medium error", Whose::behind, Reach::machine},
    {"critical target error, dev", "target error", Whose::behind, Reach::machine},
    {"critical space allocation error, dev", "no space on the device", Whose::behind, Reach::machine},
    {"Buffer I/O error on dev", "I/O error", Whose::behind, Reach::machine},
    // drivers/ata/libata-eh.c ata_eh_link_report, ata_eh_recover; drivers/scsi/{scsi_error,scsi_lib,scsi_logging,sd}.c
    {"exception Emask 0x", "ATA error"},
    {"disable device", "disabled after errors", Whose::before, Reach::machine},
    {"Device offlined - ", "taken offline after errors", Whose::before, Reach::machine},
    {"Medium access timeout failure. Offlining disk", "taken offline after timeouts", Whose::before, Reach::machine},
    {"rejecting I/O to offline device", "offline", Whose::before, Reach::machine},
    {"rejecting I/O to dead device", "gone", Whose::before, Reach::machine},
    {"FAILED Result: ", "SCSI command failed"},
    // drivers/scsi/mpt3sas/mpt3sas_base.c, megaraid/megaraid_sas_base.c, hpsa.c
    {"fault_state(0x", "controller's firmware failed", Whose::before, Reach::machine, "mpt3sas"},
    {"FW in FAULT state", "controller's firmware failed", Whose::before, Reach::machine},
    {"ontroller lockup detected", "controller locked up", Whose::before, Reach::machine},
    // drivers/md/{raid1,raid10,raid5}.c; drivers/md/dm-mpath.c fail_path
    {"Disk failure on", "failed, and taken out of its array", Whose::behind, Reach::machine},
    {"Failing path", "multipath lost a path", Whose::behind},
    // drivers/scsi/libiscsi.c, scsi_transport_iscsi.c
    {"detected conn error", "iSCSI connection lost", Whose::before, Reach::machine},
    {"session recovery timed out after", "iSCSI session lost", Whose::before, Reach::machine},
    // drivers/mmc/host/sdhci.c
    {"Timeout waiting for hardware", "a command timed out", Whose::before, Reach::driver, "mmc"},
    // net/sunrpc (fs/nfs) call_timeout; fs/smb/client/connect.c; net/ceph
    {"not responding, still trying", "server not responding", Whose::before, Reach::machine, "nfs"},
    {"not responding, timed out", "server not responding", Whose::before, Reach::machine, "nfs"},
    {"has not responded in ", "server not responding", Whose::before, Reach::machine, "cifs"},
    {"session lost, hunting for new mon", "session with its monitor lost", Whose::before, Reach::driver, "ceph"},
    // fs/ext4/super.c __ext4_error, ext4_handle_error; fs/jbd2/journal.c
    {"-fs error (device", "file system error", Whose::file_system, Reach::machine},
    {"Aborting journal on device", "journal aborted", Whose::behind, Reach::machine},
    {"Detected aborted journal", "journal aborted", Whose::file_system, Reach::machine},
    {"Remounting filesystem read-only", "remounted read-only", Whose::file_system, Reach::machine},
    // fs/xfs/{xfs_fsops,xfs_buf,xfs_error}.c
    {"Shutting down filesystem", "file system shut down", Whose::file_system, Reach::machine},
    {"Filesystem has been shut down", "file system shut down", Whose::file_system, Reach::machine},
    {"metadata I/O error", "metadata I/O error", Whose::file_system, Reach::machine},
    {"log I/O error", "log I/O error", Whose::file_system, Reach::machine},
    {"Metadata corruption detected", "metadata corrupted", Whose::file_system, Reach::machine},
    // fs/btrfs/{messages,volumes}.c; fs/f2fs/super.c; fs/fat/misc.c; fs/ubifs/io.c
    {"forced readonly", "forced read-only", Whose::file_system, Reach::machine},
    {" errs: wr ", "device errors", Whose::file_system},
    {" errno=-5 IO failure", "I/O error", Whose::file_system, Reach::machine},
    {"Stopped filesystem due to reason", "file system stopped", Whose::file_system, Reach::machine},
    {"Filesystem has been set read-only", "set read-only", Whose::file_system, Reach::machine},
    {"witched to read-only mode", "switched to read-only", Whose::file_system, Reach::machine},
    // OpenZFS module/zfs/fm.c, zio.c zio_suspend
    {"has encountered an uncorrectable I/O failure", "ZFS pool suspended", Whose::nobody, Reach::machine, "zfs"},
    // NVIDIA's driver; drivers/gpu/drm/{amd/amdgpu/amdgpu_job.c,radeon,i915,xe,scheduler users}
    {"NVRM: Xid (", "GPU error (Xid)", Whose::nobody, Reach::machine, "nvidia"},
    {" timeout, signaled seq=", "GPU ring hung", Whose::before, Reach::machine, "amdgpu"},
    {"GPU reset begin!", "GPU reset", Whose::before, Reach::machine},
    {"GPU lockup (", "GPU locked up", Whose::before, Reach::machine},
    {"GPU HANG: ecode", "GPU hung", Whose::before, Reach::machine, "i915"},
    {" for stopped heartbeat on ", "GPU engine hung", Whose::before, Reach::machine, "i915"},
    {"gpu sched timeout", "GPU job timed out", Whose::before, Reach::machine},
    {"recover hung GPU!", "GPU hung", Whose::before, Reach::machine},
    {"Timedout job: ", "GPU job timed out", Whose::before, Reach::machine},
    {"SCHED_ERROR", "GPU scheduler error", Whose::before, Reach::machine},
    // drivers/net/wireless: iwlwifi/pcie/trans, ath10k, ath11k, brcm80211; drivers/remoteproc; drivers/bluetooth
    {"Microcode SW error detected", "firmware crashed"},
    {"irmware crashed", "firmware crashed"},
    {"irmware has halted or crashed", "firmware crashed"},
    {"crash detected in ", "firmware crashed"},
    {"fatal error received: ", "firmware crashed"},
    // drivers/net/ethernet: intel/{e1000e,igb,ixgbe,igc}, mellanox/mlx5/core/health.c; drivers/net/phy
    {"Detected Hardware Unit Hang", "transmitter hung"},
    {"Detected Tx Unit Hang", "transmitter hung"},
    {"PCIe link lost", "PCIe link lost", Whose::before, Reach::machine},
    {"health compromised", "adapter's health compromised"},
    {"Link is Down", "link lost", Whose::before, Reach::device},
    // drivers/pci/hotplug/pciehp_ctrl.c; drivers/usb/host/xhci*.c; drivers/usb/core/hub.c
    {"): Link Down", "PCIe link lost", Whose::before, Reach::machine},
    {"host controller not responding, assume dead", "host controller died", Whose::before, Reach::machine},
    {"HC died; cleaning up", "host controller died", Whose::before, Reach::machine},
    {"USB disconnect, device number", "unplugged", Whose::before, Reach::device},
    // arch/x86/kernel/cpu/mce/therm_throt.c, drivers/thermal/intel/therm_throt.c; drivers/thermal/thermal_core.c
    {"temperature above threshold", "a CPU too hot, and slowed down", Whose::nobody, Reach::machine},
    {"critical temperature reached", "critical temperature", Whose::nobody, Reach::machine},
    // drivers/hwmon/raspberrypi-hwmon.c
    {"ndervoltage detected", "supply voltage too low", Whose::nobody, Reach::machine},
    {"nder-voltage detected", "supply voltage too low", Whose::nobody, Reach::machine},
    // kernel/time/clocksource.c
    {"Marking clocksource '", "clock source unstable", Whose::nobody, Reach::machine},
    // mm/oom_kill.c __oom_kill_process; a memory group's own limit says nothing of the machine
    {"Out of memory: Kill", "out of memory", Whose::nobody, Reach::machine},
    // kernel/module/main.c check_modinfo (for the first of them); kernel/livepatch/core.c
    {"loading out-of-tree module taints kernel", "out-of-tree module loaded"},
    {"livepatch: enabling patch", "live patch enabled", Whose::behind, Reach::machine},
});

bool is_disk(std::string_view word) {
  static constexpr auto families = std::to_array<std::string_view>({"sd", "vd", "hd", "xvd", "dasd"});
  return std::ranges::any_of(families, [&](std::string_view family) {
    const auto rest = word.substr(std::min(family.size(), word.size()));
    return word.starts_with(family) && !rest.empty() && rest.size() <= 2 &&
           std::ranges::all_of(rest, [](char c) { return c >= 'a' && c <= 'z'; });
  });
}

// "nvme0n1p2" → "nvme0n1", "mmcblk0p1" → "mmcblk0", "sda1" → "sda", "ata1.00" → "ata1"; itself: it is no part.
std::string_view parent(std::string_view name) {
  const auto digits = name.find_last_not_of("0123456789") + 1;
  if (digits == name.size() || digits == 0) return name;
  const auto before = name.substr(0, digits);
  if (is_disk(before)) return before;
  const auto stem = before.substr(0, before.size() - 1);
  const bool part = before.back() == 'p' || before.back() == 'n' || before.back() == '.';
  return part && !stem.empty() && is_digit(stem.back()) ? stem : name;
}

}  // namespace

std::span<const TroubleRow> trouble_rows() { return rows; }

std::string_view whole_device(std::string_view name) {
  if (name.find(':') != std::string_view::npos) return name;  // a bus address
  for (auto up = parent(name); up.size() < name.size(); up = parent(name)) name = up;
  return name;
}

bool same_device(std::string_view one, std::string_view other) {
  if (one.size() > other.size()) std::swap(one, other);
  if (one.empty()) return false;
  while (other.size() > one.size()) {
    const auto up = other.find(':') == std::string_view::npos ? parent(other) : other;
    if (up.size() == other.size()) return false;
    other = up;
  }
  return one == other;
}

bool is_device_name(std::string_view word) {
  return is_disk(word) || (word.size() >= 3 && std::ranges::any_of(word, is_digit));
}

}  // namespace unoops::facts
