#!/usr/bin/env python3
"""Secrets that are planted into a log, in every form in which kernels and what shares their log print them, are in no output.

usage: planted.py UNOOPS

Each line below marks its secrets «so»; they are words that stand nowhere else. The lines are put before an oops and into the midst
of it, in several transports, whose hosts are secrets as well. Nothing here is shared with the program or with redact.py.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# The kernel's file, or the program, that prints such a line.
LINES = r"""
net/sunrpc/clnt.c            nfs: server «tapira» not responding, still trying
net/sunrpc/clnt.c            nfs: server «tapirb.example» not responding, timed out
net/sunrpc/clnt.c            lockd: server «tapirc» OK
fs/nfs/inode.c               NFS: server «tapird» error: fileid changed
fs/nfs/nfs4state.c           NFS: state manager: check lease failed on NFSv4 server «tapire» with error 13
fs/nfs/nfs4state.c           NFS: state manager failed on NFSv4 server «10.77.1.2» with error 13
fs/cifs/connect.c            CIFS: VFS: \\«tapirf» has not responded in 180 seconds. Reconnecting...
fs/cifs/connect.c            CIFS VFS: Server «tapirg» has not responded in 120 seconds. Reconnecting...
fs/cifs/cifsfs.c             CIFS: Attempting to mount \\«tapirh»\«quokkashare»
fs/cifs/fs_context.c         CIFS: unknown mount option: username=«quokkauser»,password=«quokkapass»,vers=1
fs/ocfs2/cluster/tcp.c       o2net: Connected to node «tapiri» (num 1) at «10.77.1.3»:7777
fs/ocfs2/cluster/tcp.c       o2net: No longer connected to node «tapirj» (num 1) at «10.77.1.4»:7777
drivers/target/iscsi         Unable to locate Target IQN: «iqn.2003-01.org.linux-iscsi.tapirk.x8664:sn.3a9f21bc77de» in list
drivers/target/iscsi         iSCSI Initiator Node: «iqn.1993-08.org.debian:01:7d2c91afe0» is not authorized to access iSCSI target portal group: 1.
drivers/nvme/host/fabrics.c  nvme nvme1: new ctrl: NQN "«nqn.2014-08.com.quokka:nvme:tapirl»", addr «10.77.1.5»:4420
drivers/scsi                 sd 2:0:0:0: alua: supports implicit TPGS, device «naa.600507680c80» port group 0
init/do_mounts.c             VFS: Cannot open root device "UUID=«7b2f6a10-94c3-4e0e-8a77-5d1c0be1f2a3»" or unknown-block(0,0): error -6
init/do_mounts.c             VFS: Cannot open root device "PARTUUID=«8f1c22de-02»" or unknown-block(0,0): error -6
init/do_mounts.c             VFS: Cannot open root device "LABEL=«quokkaroot»" or unknown-block(0,0): error -6
init/main.c                  Kernel command line: BOOT_IMAGE=/vmlinuz root=UUID=«2b7c6a10-94c3-4e0e-8a77-5d1c0be1f2a4» «quokkaparam»=1
arch/x86/kernel/setup.c      Command line: nfsroot=«tapirm:/srv/quokkadir» ip=«10.77.1.6»::10.77.1.1:255.255.255.0:«tapirn»:eth0:off
init/main.c                  Unknown kernel command line parameters "«quokkaunknown»=7 splash", will be passed to user space.
net/ipv4/ipconfig.c               host=«tapiro», domain=«tapiro.quokka», nis-domain=(none)
net/ipv4/ipconfig.c               bootserver=«10.77.1.7», rootserver=«10.77.1.8», rootpath=«tapirp:/srv/quokkaroot2»
net/ipv4/ipconfig.c               device=eth0, hwaddr=«52:54:00:a1:b2:c3», ipaddr=«10.77.1.9», mask=255.255.255.0, gw=«10.77.1.10»
net/ipv4/icmp.c              icmp: «10.77.1.11» sent an invalid ICMP type 11, code 0 error to a broadcast: «10.77.1.255» on eth0
net/ipv4/route.c             IPv4: martian source «10.77.1.12» from «10.77.1.13», on dev eth0
net/ipv4/tcp_input.c         TCP: request_sock_TCP: Possible SYN flooding on port «10.77.1.14»:80. Sending cookies.
net/ipv6                     IPv6: ADDRCONF: «2001:db8:77:1::15» duplicate address detected on eth0
net/netfilter/nf_log_syslog  IN=eth0 OUT= MAC=«52:54:00:a1:b2:c4:52:54:00:a1:b2:c5:08:00» SRC=«10.77.1.16» DST=«2001:0db8:0077:0001:0000:0000:0000:0016» LEN=60
drivers/net/netconsole.c     netconsole: remote IPv4 address «10.77.1.17»
drivers/net/netconsole.c     netconsole: remote ethernet address «52:54:00:a1:b2:c6»
net/ceph                     libceph: mon0 (1)«10.77.1.18»:6789 session established
net/ceph                     libceph: client4123 fsid «9c2f6a10-94c3-4e0e-8a77-5d1c0be1f2a5»
lustre                       LustreError: 11-0: MGC«10.77.1.19»@tcp: operation failed
fs/nfsd                      NFSD: using range «10.77.1.20»-«10.77.1.21», callback «10.77.1.22».8.1
drivers/net/usb              cdc_ether 1-1:2.0 enx«525400a1b2c7»: renamed from usb0
drivers/net/wireless         iwlwifi 0000:00:14.3: base HW address: «52:54:00:a1:b2:c8»
drivers/usb/core/hub.c       usb 1-1: SerialNumber: «QUOKKA0001»
drivers/*                    foo 0000:01:00.0: serial number «QUOKKA0002», asset tag: «QUOKKA0003»
fs/ext4                      EXT4-fs (dm-0): mounted filesystem «3d2f6a10-94c3-4e0e-8a77-5d1c0be1f2a6» with ordered data mode
fs/xfs                       XFS (dm-1): Ending clean mount of luks-«4d2f6a10-94c3-4e0e-8a77-5d1c0be1f2a7»
block                        I/O error, dev /dev/disk/by-id/ata-«WDC_WD10EZEX_WCC6Y4KQUOK», sector 2048
drivers/firmware/dmi_scan.c  DMI: «QuokkaVendor» «QuokkaBoard»/«QB1», BIOS «QuokkaBios» 04/01/2014
lib/dump_stack.c             Hardware name: «QuokkaHw» «QuokkaHwBoard», BIOS «QHB» 04/01/2014
drivers/of                   OF: fdt: Machine model: «QuokkaPi» Model «QuokkaB»
certs                        Loaded X.509 cert '«tapirq» Secure Boot Module Signature key: «5f3f3fd1a9cb28bb93db7cd5ab3b8bb03bd7dd0a»'
init/version.c               Linux version 6.1.0-demo («quokkabuilder»@«tapirr») (gcc 12.2.0) #1 SMP
systemd                      systemd[1]: Hostname set to <«tapirs»>.
systemd                      systemd[1]: Set hostname to <«tapirt.example»>.
systemd                      systemd[1]: Starting systemd-fsck@dev-disk-by\x2duuid-«6d2f6a10\x2d94c3\x2d4e0e\x2d8a77\x2d5d1c0be1f2a8».service
kernel/audit.c               audit: type=1100 audit(1.1:2): pid=1 uid=0 acct="«quokkaacct»" exe="/usr/sbin/sshd" hostname=«tapiru» addr=«10.77.1.23» terminal=ssh res=success
kernel/auditsc.c             audit: type=1327 audit(1.1:2): proctitle=«2F62696E2F71756F6B6B61»
kernel/auditsc.c             audit: type=1309 audit(1.1:2): argc=3 a0="«quokkaarg»" a1="--password=«quokkaarg2»"
kernel/auditsc.c             audit: type=1306 audit(1.1:2): saddr=«0200005000000A4D0118»
sshd                         sshd[812]: Accepted publickey for «quokkassh» from «10.77.1.24» port 50022 ssh2: RSA SHA256:«47DEQpj8HBSaTImW5JCeuQeRkm5NMpJWZG3hSuFUquok»
pam_unix                     sshd[812]: session opened for user «quokkapam»(uid=1000) by (uid=0)
sudo                         sudo: «quokkasudo» : TTY=pts/0 ; PWD=/home/«quokkasudo» ; USER=root ; COMMAND=/usr/bin/«quokkacmd»
cron                         CRON[99]: (root) CMD (/usr/local/bin/«quokkacron» --now)
curl                         fetch: https://«quokkaurl»:«quokkaurlpw»@«tapirv»/«quokkapath»?x=1 failed
curl                         fetch: http://«tapirw.lan»:8080/«quokkapath2» failed
a prompt                     «quokkaprompt»@«tapirx»:~# echo c > /proc/sysrq-trigger
a prompt                     [«quokkaprompt2»@db«77tap» ~]# dmesg
fs/exec.c                    process '/home/«quokkahome»/bin/tool' started with executable stack
out of tree                  WARNING: at ../../home/«quokkahome2»/src/x.c:7
kernel                       file: /Users/«quokkahome3»/linux/mm/slub.c:7
a pointer as a number        foo: 0: context at «18446612682070016123»
""".strip("\n").split("\n")

OOPS_HEAD = ["BUG: kernel NULL pointer dereference, address: 0000000000000008", "#PF: supervisor read access in kernel mode",
             "#PF: error_code(0x0000) - not-present page", "PGD 0 P4D 0", "Oops: 0000 [#1] PREEMPT SMP PTI",
             "CPU: 1 PID: 812 Comm: postman Not tainted 6.1.0-demo #1"]
OOPS_TAIL = ["RIP: 0010:courier_submit+0xe/0x20 [courier]", "RSP: 0018:ffffc900001d7e18 EFLAGS: 00010246", "Call Trace:", " <TASK>",
             " courier_write+0x3e/0x70 [courier]", " vfs_write+0x1d/0x40", " </TASK>", "---[ end trace 0000000000000000 ]---"]
FORMATS = (("text",), ("text", "-v"), ("json",), ("json", "-v"), ("html", "-v"), ("summary",), ("title",), ("annotate",))


def planted():
    """The lines without marks, and all secrets."""
    lines, secrets = [], set()
    for row in LINES:
        line = row[29:]
        secrets.update(re.findall("«(.*?)»", line))
        lines.append(re.sub("[«»]", "", line))
    return lines, secrets


def stamped(lines):
    return [f"[{10 + i // 1000:5}.{i % 1000 * 1000:06}] {line}" for i, line in enumerate(lines)]


def serial(lines):
    return "\n".join(["quokkalogin".join(["tapirlogin login: ", ""]), *stamped(lines)]) + "\n", {"tapirlogin", "quokkalogin"}


def syslog(host):
    def dress(lines):
        return "".join(f"Jan  6 10:11:12 {host} kernel: {line}\n" for line in stamped(lines)), {host}
    return dress


def iso(lines):
    return "".join(f"2025-01-06T10:11:12.345678+01:00 tapiriso.lan kernel: {line}\n" for line in stamped(lines)), {"tapiriso.lan", "tapiriso"}


def many_hosts(lines):
    text = "".join(f"Jan  6 10:11:12 tapirno{i} kernel: eth0: link up\n" for i in range(2500))
    return text + syslog("tapirno7")(lines)[0], {f"tapirno{i}" for i in range(2500)}


def journal_json(lines):
    fields = {"_HOSTNAME": "tapirjson", "_MACHINE_ID": "5d2f6a1094c34e0e8a775d1c0be1f2a9", "_TRANSPORT": "kernel", "PRIORITY": "4",
              "_CMDLINE": "quokkajson --now"}
    rows = [json.dumps({**fields, "__MONOTONIC_TIMESTAMP": str(10_000_000 + i), "MESSAGE": line}) for i, line in enumerate(lines)]
    return "\n".join(rows) + "\n", {"tapirjson", "5d2f6a1094c34e0e8a775d1c0be1f2a9", "quokkajson"}


def journal_export(lines):
    rows = [f"__CURSOR=s=6d2f6a1094c34e0e8a775d1c0be1f2aa\n__MONOTONIC_TIMESTAMP={10_000_000 + i}\n_HOSTNAME=tapirexport\n_TRANSPORT=kernel\n"
            f"PRIORITY=4\nMESSAGE={line}\n_CMDLINE=quokkaexport --now\n" for i, line in enumerate(lines)]
    return "\n".join(rows) + "\n", {"tapirexport", "quokkaexport", "6d2f6a1094c34e0e8a775d1c0be1f2aa"}


TRANSPORTS = {"serial": serial, "syslog": syslog("tapirsys"), "two letters": syslog("qz"), "iso": iso, "many hosts": many_hosts,
              "journal json": journal_json, "journal export": journal_export}


def run(unoops, log, options):
    got = subprocess.run([unoops, "-q", "--no-symbols", "--redact", "-f", *options, log], capture_output=True, timeout=300,
                         env={**os.environ, "LC_ALL": "C.UTF-8"})
    if got.returncode not in (0, 1):
        sys.exit(f"{log} {options}: exit status {got.returncode}: {got.stderr.decode(errors='replace')[:500]}")
    return got.stdout.decode(errors="replace")


def leaks(text, secrets):
    """The secrets in the text, as whole words: `qz` is no part of another word."""
    for secret in sorted(secrets):
        m = re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])" if len(secret) < 4 else re.escape(secret), text)
        if m:
            begin = text.rfind("\n", 0, m.start()) + 1
            yield secret, text[max(begin, m.start() - 60) : m.end() + 40].split("\n")[0]


def check(unoops, name, place, directory):
    lines, secrets = planted()
    body = [*lines, *OOPS_HEAD, *OOPS_TAIL] if place == "before" else [*OOPS_HEAD, *lines, *OOPS_TAIL]
    text, of_transport = TRANSPORTS[name](body)
    log = pathlib.Path(directory, f"{name.replace(' ', '-')}-{place}.log")
    log.write_text(text)
    wrong = []
    for options in FORMATS:
        out = run(unoops, log, options)
        if not out:
            wrong.append(f"{log.name} {options}: nothing is printed")
        wrong += [f"{log.name} {' '.join(options)}: {secret!r} in {where!r}" for secret, where in leaks(out, secrets | of_transport)]
    return wrong, len(secrets | of_transport)


def main(unoops):
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, unoops, name, place, directory) for name in TRANSPORTS for place in ("before", "within")]
        results = [job.result() for job in jobs]
        plain = pathlib.Path(directory, "serial-before.log")
        shown = subprocess.run([unoops, "-q", "--no-symbols", "-f", "annotate", plain], capture_output=True).stdout.decode()
        unseen = [secret for secret in planted()[1] if secret not in shown]
    wrong = [line for lines, _ in results for line in lines] + [f"without --redact: {secret!r} is not printed" for secret in unseen]
    print(*wrong, sep="\n")
    print(f"{len(results)} logs, {sum(count for _, count in results)} secrets, {len(wrong)} leaks")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve())))
