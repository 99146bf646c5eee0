#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "render/redact_text.hpp"

namespace unoops::render {

namespace {

constexpr std::string_view hardware = "<hardware>", command = "<command line>", host = "<host>", user = "<user>",
                           serial = "<serial>", password = "<password>", id = "<uuid>";

constexpr auto announced = std::to_array<Announced>({
    {"Hardware name: ", Ends::message, hardware},                 // kernel/printk/printk.c dump_stack_print_info
    {"DMI: ", Ends::message, hardware},                           // drivers/firmware/dmi_scan.c
    {"Machine model: ", Ends::message, hardware},                 // drivers/of/fdt.c
    {"command line: ", Ends::message, command},                   // init/main.c, arch/x86/kernel/setup.c
    {"kernel command line parameters ", Ends::message, command},  // init/main.c, of those that nobody knows
    {"argc=", Ends::message, command},                            // kernel/auditsc.c audit_log_execve_info
    {"proctitle=", Ends::word, command},                          // kernel/auditsc.c audit_log_proctitle, in hex
    {"cmd=", Ends::word, command, " exe="},                       // audit's USER_CMD of sudo
    {"COMMAND=", Ends::message, command},                         // sudo(8)
    {" CMD (", Ends::message, command},                           // cron(8)
    {"_CMDLINE", Ends::message, command},                         // systemd.journal-fields(7)
    {"SerialNumber", Ends::word, serial},                         // drivers/usb/core/hub.c
    {"serial number", Ends::word, serial},                        // drivers of many
    {"serialno=", Ends::word, serial},                            // Android's command line
    {"S/N", Ends::word, serial},
    {"asset tag", Ends::word, serial},
    {"_HOSTNAME", Ends::word, host},         // systemd.journal-fields(7)
    {"hostname set to ", Ends::word, host},  // systemd, src/core/main.c
    {"set hostname to ", Ends::word, host},  // the same before v249
    {"hostname=", Ends::word, host},         // audit, logfmt
    {"host=", Ends::word, host},             // net/ipv4/ipconfig.c, logfmt
    {"rhost=", Ends::word, host},            // pam_unix(8)
    {"nodename=", Ends::word, host},
    {"domain=", Ends::word, host, ", nis-domain="},  // net/ipv4/ipconfig.c
    {"nis-domain=", Ends::word, host},               // the same
    {"\"host\"", Ends::word, host},                  // loggers that write JSON
    {"\"host\":{\"name\"", Ends::word, host},        // Elastic's
    {"\"hostname\"", Ends::word, host},
    {"\"node\"", Ends::word, host},
    {"\"node_name\"", Ends::word, host},
    {"server ", Ends::word, host, " not responding"},           // net/sunrpc/clnt.c call_timeout, lockd
    {"server ", Ends::word, host, " OK"},                       // net/sunrpc/clnt.c call_decode
    {"server ", Ends::word, host, " error"},                    // fs/nfs/inode.c "fileid changed"
    {"server ", Ends::word, host, " with error"},               // fs/nfs/nfs4state.c
    {"server ", Ends::word, host, " has not responded"},        // fs/cifs/connect.c
    {"server ", Ends::word, host, " requires "},                // net/sunrpc/clnt.c call_verify
    {"server ", Ends::word, host, " returned error"},           // fs/nfs
    {"server ", Ends::word, host, "  does not accept "},        // fs/nfs/nfs4proc.c
    {"cannot monitor ", Ends::word, host},                      // fs/lockd/mon.c
    {"mount request from ", Ends::word, host},                  // rpc.mountd(8)
    {"from ", Ends::word, host, " port "},                      // sshd(8)
    {"connected to node ", Ends::word, host, " (num "},         // fs/ocfs2/cluster/tcp.c
    {"connection to node ", Ends::word, host, " (num "},        // the same
    {"X.509 cert '", Ends::quote, "<certificate>"},             // certs/: of a machine's own key, with its host
    {"nfsroot=", Ends::word, host},                             // fs/nfs/nfsroot.c
    {"netroot=", Ends::word, host},                             // dracut.cmdline(7)
    {"rootpath=", Ends::word, "<path>"},                        // net/ipv4/ipconfig.c
    {"saddr=", Ends::word, "<ip>"},                             // audit's SOCKADDR, in hex
    {"node identity ", Ends::word, id, ", cluster identity "},  // net/tipc/net.c
    {"device label ", Ends::word, "<label>", " devid "},        // fs/btrfs/volumes.c
    {"UUID=", Ends::word, id},  // init/do_mounts.c; of FAT and MBR in forms of their own
    {"PARTUUID=", Ends::word, id},
    {"LABEL=", Ends::word, "<label>"},
    {"PARTLABEL=", Ends::word, "<label>"},
    {"password=", Ends::word, password},
    {"password: ", Ends::word, password},
    {" -u ", Ends::word, password},  // curl(1): the user and its password
    {"passwd=", Ends::word, password},
    {"pass=", Ends::word, password},
    {"secret=", Ends::word, password},
    {"token=", Ends::word, password},
    {"acct=", Ends::word, user},  // audit's user messages
    {"user=", Ends::word, user},  // pam_unix(8), mount.cifs(8)
    {"ruser=", Ends::word, user},
    {"username=", Ends::word, user},
    {"for user ", Ends::word, user},                // pam_unix(8), sshd(8)
    {"invalid user ", Ends::word, user},            // sshd(8)
    {"publickey for ", Ends::word, user},           // sshd(8)
    {"password for ", Ends::word, user, " from "},  // sshd(8)
    {" LOGIN ", Ends::message, "<login>"},          // login(1): terminal, user and host
    {"(to root) ", Ends::word, user, " on "},       // su(1)
});

// The order matters: what a longer form covers stands before what it consists of.
constexpr auto rows = std::to_array<SecretRow>({
    {announced_value, "nfs: server tapir not responding, still trying",
     "nfs: server <host> not responding, still trying"},
    {listed_message, R"("MESSAGE":[66,85,71,58,32,255,33])", R"("MESSAGE":["<bytes>"])"},
    {memory_bytes, "Object x: 88 77 66 55 80 88 ff ff 6b 6b  .wfU...kk", "Object x: <bytes>"},
    {board, "Pid: 1, comm: init Not tainted 2.6.32 #1 Dell X1", "Pid: 1, comm: init Not tainted 2.6.32 #1 <hardware>"},
    {builder, "Linux version 6.1 (alice@tower) (gcc 12) #1", "Linux version 6.1 (<builder>) (gcc 12) #1"},
    {console_host, "tapir login: alice", "<host> login: <user>"},
    {url, "from https://al:pw@tapir/x, see", "from https://<url>, see"},
    {share, R"(CIFS: VFS: \\tapir\docs Send error)", R"(CIFS: VFS: <share> Send error)"},
    {mac_address, "eth0: 52:54:00:12:34:56: up", "eth0: <mac>: up"},
    {ip_address, "nfs: 192.168.0.1, fe80::5054:ff:fe12:3456 gone", "nfs: <ip>, <ip> gone"},
    {uuid, "dm-0: luks-3d82fc18-4134-17c1-4293-0932e3a60836", "dm-0: luks-<uuid>"},
    {storage_name, "on iqn.2003-01.org.tapir:sn.3a9f, 1", "on <storage>, 1"},
    {fingerprint, "RSA SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "RSA SHA256:<fingerprint>"},
    {mail_address, "[alice@tapir ~]$ dmesg", "[<user>@<host> ~]$ dmesg"},
    {path, "exe /home/alice/bin/tool ran", "exe <path> ran"},
    {decimal_address, "at 18446612682070016000, -131391639535616", "at <address>, <address>"},
});

bool starts_with_ignoring_case(std::string_view text, std::string_view words) {
  return text.size() >= words.size() && equal_ignoring_case(text.substr(0, words.size()), words);
}

// Between the announcing words and the value: nothing behind a '=', which may have no value, but an opening quote.
std::size_t begin_of_value(const Announced& row, std::string_view text, std::size_t from) {
  const auto last = row.words.back();
  if (row.ends != Ends::word && last == ' ') return from;
  const std::string_view marks = last == '=' || last == ' ' || last == '(' ? "\"'<\\" : "\"'<\\:#= ";
  return std::min(text.find_first_not_of(marks, from), text.size());
}

std::size_t end_of_value(const Announced& row, const Spot& spot, std::size_t from) {
  if (row.ends == Ends::word)
    return std::min(spot.text.find_first_of(" \t\r\n,;\"'<>()[]{}|\\", from), spot.text.size());
  if (row.ends == Ends::quote) return std::min(spot.text.find('\'', from), spot.text.size());
  Spot value = spot;
  value.advance(from - spot.at);
  return end_of_message(spot.text, from, value.quoted);
}

// A line may come twice: "<host>" was put there when its transport's host was taken out.
bool is_redacted(std::string_view text, std::size_t from, std::string_view shown_as) {
  return from > 0 && text[from - 1] == '<' && text.substr(from - 1).starts_with(shown_as);
}

// The kernel and audit have words for "there is none"; a number is a field of another meaning.
bool is_nobody(std::string_view value, std::string_view shown_as) {
  static constexpr std::string_view none[] = {"?", "none", "null", "unknown", "localhost"};
  return std::ranges::find(none, value) != std::end(none) || (shown_as == host && std::ranges::all_of(value, is_digit));
}

}  // namespace

std::span<const SecretRow> secret_rows() { return rows; }

std::span<const Announced> announced_values() { return announced; }

std::optional<Secret> announced_value(const Spot& spot) {
  for (const auto& row : announced) {
    if (is_word(row.words.front()) && !spot.begins_word()) continue;
    if (!starts_with_ignoring_case(spot.rest(), row.words)) continue;
    const auto from = begin_of_value(row, spot.text, spot.at + row.words.size());
    const auto end = end_of_value(row, spot, from);
    const auto value = end > from ? spot.text.substr(from, end - from) : std::string_view{};
    if (is_redacted(spot.text, from, row.shown_as)) return std::nullopt;
    if (value.empty() || is_nobody(value, row.shown_as) || !spot.text.substr(end).starts_with(row.behind)) continue;
    return Secret{end - spot.at, std::string(spot.text.substr(spot.at, from - spot.at)).append(row.shown_as),
                  row.shown_as == host ? value : std::string_view{}};
  }
  return std::nullopt;
}

std::optional<Secret> find_secret(const Spot& spot) {
  for (const auto& row : rows)
    if (auto secret = row.read(spot)) return secret;
  return std::nullopt;
}

}  // namespace unoops::render
