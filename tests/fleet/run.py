#!/usr/bin/env python3
"""The recipes of docs/fleet.md, run as they stand there, with the real programs.

usage: run.py UNOOPS SOURCE_DIR [RECIPE...]      77: a program that a recipe needs is not installed, or may not run here

Each section of the document is a recipe; its blocks are run in a directory of its own, which holds logs of three machines. Only
paths outside of it are replaced (PLACES).
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket as sockets
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
WARNING = '''------------[ cut here ]------------
WARNING: CPU: 0 PID: 12 at drivers/demo/demo.c:13 demo_warn+0x7/0x20 [demo]
Modules linked in: demo(O)
CPU: 0 PID: 12 Comm: sh Tainted: G           O       6.1.0-demo #1
RIP: 0010:demo_warn+0x7/0x20 [demo]
Call Trace:
 <TASK>
 vfs_write+0x1d/0x40
 </TASK>
---[ end trace 0000000000000000 ]---
'''


class Skipped(Exception):
    """Why a recipe cannot be tried here."""


def stamped(lines, host, minute):
    """Lines as a collector of syslog writes them."""
    return ''.join(f'2026-11-28T09:{minute:02}:{n % 60:02}.{n:06}+00:00 {host} kernel: {line}\n' for n, line in enumerate(lines))


def logs_of(source):
    """Three machines: the same oops on two of them, a warning on the third."""
    oops = (source / 'testdata/demo/oops.log').read_text(encoding='utf-8').splitlines()
    later = [line.replace('[   41.', '[   77.').replace('PID: 812 Comm: postman', 'PID: 900 Comm: carrier') for line in oops]
    warned = [f'[    7.{i:06}] {line}' for i, line in enumerate(WARNING.splitlines())]
    return {'web1.log': stamped(oops, 'web1', 30), 'web2.log': stamped(later, 'web2', 10), 'web3.log': stamped(warned, 'web3', 50)}


class Bench:
    """A recipe's directory, and how its blocks are run there."""

    def __init__(self, unoops, directory, blocks):
        self.dir, self.unoops = pathlib.Path(directory), unoops
        self.of = {}
        for language, text in blocks:
            self.of.setdefault(language, []).append(text)
        bin_dir = self.dir / 'bin'
        bin_dir.mkdir()
        (bin_dir / 'unoops').symlink_to(unoops)
        self.places = {'/usr/local/bin/unoops': str(bin_dir / 'unoops'), '/var/log/unoops.json': str(self.dir / 'unoops.json'),
                       '/var/lib/systemd/pstore': str(self.dir / 'pstore'),
                       '/var/lib/prometheus/node-exporter': str(self.dir)}
        self.env = {**os.environ, 'PATH': f'{bin_dir}:{os.environ["PATH"]}:/usr/sbin:/sbin', 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC',
                    'HOME': str(self.dir)}
        self.env.pop('NO_COLOR', None)

    def placed(self, text):
        for old, new in self.places.items():
            text = text.replace(old, new)
        return text

    def need(self, *programs):
        for program in programs:
            if not shutil.which(program, path=self.env['PATH']):
                raise Skipped(f'{program} is not installed')

    def tool(self, name, script):
        file = self.dir / 'bin' / name
        file.write_text(script, encoding='utf-8')
        file.chmod(0o755)

    def sh(self, script, check=True):
        run = subprocess.run(['bash', '-euo', 'pipefail', '-c', self.placed(script)], cwd=self.dir, env=self.env,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        if check and run.returncode != 0:
            raise AssertionError(f'exit status {run.returncode} of\n{script}\n{run.stdout}{run.stderr}')
        return run.stdout

    def reports(self, file):
        return [json.loads(line) for line in (self.dir / file).read_text(encoding='utf-8').splitlines()]


def same(got, wanted, what):
    if got != wanted:
        raise AssertionError(f'{what}:\n--- wanted\n{wanted}\n--- got\n{got}')


def map_and_reduce(b):
    out = b.sh(b.of['sh'][0])
    same(out, b.sh('unoops -f summary *.log; unoops -f title *.log'), 'parts are not the whole')
    same(b.sh('cat *.json | unoops -f summary'), b.sh('unoops -f summary *.log'), 'parts in one stream are not the whole')
    if 'on 3 hosts' not in out or 'web2.log:' not in out:
        raise AssertionError(f'neither hosts nor files are told:\n{out}')


def counts(b):
    b.need('jq')
    incidents, reports = (int(n) for n in b.sh(b.of['sh'][0]).split())
    words = re.compile(r'(\d+) incidents?(?: \((\d+) reports\))?')
    for form in ('summary', 'text', 'html'):
        found = words.search(b.sh(f'unoops -q --no-symbols -f {form} *.log'))
        same((int(found[1]), int(found[2] or found[1])), (incidents, reports), f'{form} counts something else')


def times(b):
    b.sh('unoops -f summary --since 2026-11-28 *.log > all; test -s all')
    b.sh(b.of['sh'][0].replace('yesterday', '2026-11-28'))
    same(b.sh('unoops -f title --since "2026-11-28T09:29Z" --until "2026-11-28T09:40Z" *.log'),
         b.sh('unoops -f title web1.log'), 'the time chooses other reports')


def known(b):
    (b.dir / 'rules.toml').write_text(b.of['toml'][0], encoding='utf-8')
    summary = b.sh('unoops -f summary --known rules.toml *.log')
    if 'a queue is used before it is set up' not in summary or 'demo_warn' in summary:
        raise AssertionError(f'the rules of the document do not hold:\n{summary}')
    (b.dir / 'rules.toml').unlink()
    out = b.sh(b.of['sh'][0])
    same(out.count('[[known]]'), 1, 'rules printed')
    same((b.dir / 'rules.toml').read_text(encoding='utf-8').count('[[known]]'), 1, 'rules in the file')


def wait_for(file, count, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if file.exists() and file.read_text(encoding='utf-8').count('\n') >= count:
            return
        time.sleep(0.1)
    raise AssertionError(f'{file.name} has not {count} reports after {seconds} seconds')


def through_rsyslog(b, socket, name, reports):
    """A daemon gets the lines of the log, and there are so many reports."""
    daemon = subprocess.Popen(['rsyslogd', '-n', '-f', b.dir / 'rsyslog.conf', '-i', b.dir / 'pid'], env=b.env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 20
        while not socket.exists() and daemon.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        if daemon.poll() is not None or not socket.exists():
            raise AssertionError(f'rsyslogd does not start: {daemon.stdout.read() if daemon.poll() is not None else ""}')
        client = sockets.socket(sockets.AF_UNIX, sockets.SOCK_DGRAM)
        client.connect(str(socket))
        for line in (b.dir / name).read_text(encoding='utf-8').splitlines():
            client.send(f'<4>1 {line.split(" ", 1)[0]} {line.split(" ")[1]} kernel - - - {line.split("kernel: ", 1)[1]}'.encode())
        wait_for(b.dir / 'unoops.json', reports)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(timeout=30)
        socket.unlink(missing_ok=True)


def rsyslog(b):
    b.need('rsyslogd')
    socket = b.dir / 'log'
    config = (f'global(workDirectory="{b.dir}")\nmodule(load="imuxsock" sysSock.use="off")\n'
              f'input(type="imuxsock" socket="{socket}" useSpecialParser="off" parseHostname="on" useSysTimeStamp="off")\n'
              f'$RepeatedMsgReduction off\n' + b.placed(b.of['rsyslog'][0]))
    (b.dir / 'rsyslog.conf').write_text(config, encoding='utf-8')
    for number, name in enumerate(('web1.log', 'web3.log'), 1):  # rsyslog starts again between them
        through_rsyslog(b, socket, name, number)
    same([r.get('host') for r in b.reports('unoops.json')], ['web1', 'web3'], 'hosts of the reports')


def journal(b):
    b.need('systemd-analyze')
    unit = b.of['systemd'][0]
    (b.dir / 'unoops.service').write_text(b.placed(unit), encoding='utf-8')
    verified = subprocess.run(['systemd-analyze', 'verify', b.dir / 'unoops.service'], env=b.env, capture_output=True, text=True, timeout=60)
    complaints = [line for line in verified.stderr.splitlines() if 'unoops.service' in line]
    same(complaints, [], 'systemd-analyze complains')
    command = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", b.placed(unit), re.MULTILINE)[1]
    entries = ''.join(json.dumps({'MESSAGE': line.split('kernel: ', 1)[1].split('] ', 1)[1], '_TRANSPORT': 'kernel', 'PRIORITY': '4',
                                  '_HOSTNAME': 'web1', 'SYSLOG_IDENTIFIER': 'kernel',
                                  '_SOURCE_MONOTONIC_TIMESTAMP': line.split('[', 1)[1].split(']')[0].strip().replace('.', ''),
                                  '__REALTIME_TIMESTAMP': str(1795858212000000 + n)}) + '\n'
                      for n, line in enumerate((b.dir / 'web1.log').read_text(encoding='utf-8').splitlines()))
    (b.dir / 'entries').write_text(entries, encoding='utf-8')
    # No test may write to this machine's journal: what journalctl prints of one stands in.
    b.tool('journalctl', f'#!/bin/sh\n[ "$*" = "-kf -n 1000 -o json" ] || exit 9\ncat {b.dir}/entries\nexec sleep 60\n')
    with open(b.dir / 'unoops.json', 'wb') as out:
        service = subprocess.Popen(['/bin/sh', '-c', command], cwd=b.dir, env=b.env, stdout=out, start_new_session=True)
    try:
        wait_for(b.dir / 'unoops.json', 1)
    finally:
        os.killpg(service.pid, signal.SIGTERM)
        service.wait(timeout=30)
    same([r['host'] for r in b.reports('unoops.json')], ['web1'], 'hosts of the reports')


def pstore(b):
    tool = '/lib/systemd/systemd-pstore'
    if not os.path.exists(tool):
        raise Skipped(f'{tool} is not installed')
    records = b.dir / 'records'
    records.mkdir()
    lines = (b.dir / 'web1.log').read_text(encoding='utf-8').splitlines(keepends=True)
    plain = [line.split('kernel: ', 1)[1] for line in lines]
    half = len(plain) // 2
    # The newest part is the first one, as efi-pstore numbers them.
    for number, part in ((1, plain[half:]), (2, plain[:half])):
        name = f'dmesg-efi-17643222120{number}001'
        (records / name).write_text(f'Oops#1 Part{number}\n' + ''.join(part), encoding='utf-8')
    (b.dir / 'pstore').mkdir()
    script = (f'mount -t tmpfs none /sys/fs/pstore && mkdir -p /var/lib/systemd/pstore && mount -t tmpfs none /var/lib/systemd/pstore && '
              f'cp {records}/* /sys/fs/pstore/ && {tool} && cp -r /var/lib/systemd/pstore/. {b.dir}/pstore/')
    moved = subprocess.run(['unshare', '-m', 'sh', '-c', script], capture_output=True, text=True, timeout=60)
    if moved.returncode != 0:
        raise Skipped(f'systemd-pstore may not run here: {moved.stderr.strip()[-200:]}')
    b.sh(b.of['sh'][0])
    same(len(b.reports('pstore.json')), 1, 'reports of the crash')


def ssh(b):
    b.need('parallel', 'ssh', 'sshd')
    (b.dir / 'hosts').write_text('web1\nweb2\n', encoding='utf-8')
    (b.dir / 'ask').write_text(f'#!/bin/sh\n[ "$SSH_ORIGINAL_COMMAND" = "journalctl _TRANSPORT=kernel -o short-iso-precise --since=-1d" ] || exit 9\n'
                               f'sed "s/+00:00/+0000/" {b.dir}/$LC_MACHINE.log\n', encoding='utf-8')
    (b.dir / 'ask').chmod(0o755)
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', b.dir / 'key'], check=True)
    shutil.copy(b.dir / 'key.pub', b.dir / 'authorized')
    port = 20000 + os.getpid() % 20000
    (b.dir / 'sshd.conf').write_text(
        f'ListenAddress 127.0.0.1\nPort {port}\nHostKey {b.dir}/key\nAuthorizedKeysFile {b.dir}/authorized\nPidFile {b.dir}/sshd.pid\n'
        f'UsePAM no\nStrictModes no\nPermitRootLogin yes\nAcceptEnv LC_MACHINE\nForceCommand {b.dir}/ask\n', encoding='utf-8')
    (b.dir / 'ssh.conf').write_text(''.join(
        f'Host {host}\n HostName 127.0.0.1\n Port {port}\n SetEnv LC_MACHINE={host}\n IdentityFile {b.dir}/key\n'
        f' StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n' for host in ('web1', 'web2')), encoding='utf-8')
    b.tool('ssh', f'#!/bin/sh\nexec {shutil.which("ssh")} -F {b.dir}/ssh.conf "$@"\n')
    os.makedirs('/run/sshd', exist_ok=True)
    daemon = subprocess.Popen([shutil.which('sshd', path=b.env['PATH']), '-D', '-e', '-f', b.dir / 'sshd.conf'],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 20
        while subprocess.run(['ssh', '-F', b.dir / 'ssh.conf', 'web1', 'journalctl _TRANSPORT=kernel -o short-iso-precise --since=-1d'],
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=30).returncode != 0:
            if daemon.poll() is not None or time.monotonic() > until:
                daemon.kill()
                raise Skipped(f'sshd may not run here: {daemon.stdout.read()[-200:]}')
            time.sleep(0.2)
        (b.dir / 'more').write_text('web1\nweb9\n', encoding='utf-8')
        away = subprocess.run(['bash', '-c', b.of['sh'][0].split('unoops -f summary')[0].replace(':::: hosts', ':::: more')], cwd=b.dir, env=b.env,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        same((away.returncode, sorted(f.name for f in (b.dir / 'parts').glob('*.json'))), (1, ['web1.json']), 'a host that is away')
        out = b.sh(b.of['sh'][0])
    finally:
        daemon.terminate()
        daemon.wait(timeout=30)
    if '2 incidents in 2 boots on 2 hosts, all errors' not in out:
        raise AssertionError(f'the summary is another one:\n{out}')


def slurm(b):
    logs = b.dir / 'logs'
    logs.mkdir()
    for log in b.dir.glob('*.log'):
        log.rename(logs / log.name)
    (b.dir / 'decode.sbatch').write_text(b.of['sbatch'][0], encoding='utf-8')
    real = shutil.which('sbatch') and subprocess.run(['sinfo', '-h'], capture_output=True, timeout=60, check=False).stdout
    if not real:  # the array's jobs one by one, and then the one that depends on them
        b.tool('sbatch', '''#!/usr/bin/env bash
set -e
case "$1" in
  --parsable) for SLURM_ARRAY_TASK_ID in 0 1 2 3; do export SLURM_ARRAY_TASK_ID; bash "$2"; done; echo 17 ;;
  --dependency=afterok:17) [[ $2 == --output=* && $3 == --wrap=* ]]; sh -c "${3#--wrap=}" > "${2#--output=}" ;;
  *) exit 9 ;;
esac
''')
    b.sh(b.of['slurm'][0])
    until = time.monotonic() + 120
    while not (b.dir / 'summary.txt').exists() and time.monotonic() < until:
        time.sleep(0.5)
    same((b.dir / 'summary.txt').read_text(encoding='utf-8'), b.sh('unoops -f summary logs'), 'the summary of the jobs')
    return '' if real else 'no Slurm runs here: a stand-in for sbatch ran the scripts'


def sqlite(b):
    b.need('sqlite3')
    b.sh(b.of['sh'][0])
    same(len(b.of['sql']), 5, 'queries')
    answers = []
    for query in b.of['sql']:
        run = subprocess.run(['sqlite3', b.dir / 'crashes.db'], input=query, capture_output=True, text=True, timeout=60)
        if run.returncode != 0 or not run.stdout.strip():
            raise AssertionError(f'no answer: {query}\n{run.stderr}')
        answers.append(run.stdout)
    if not answers[0].startswith('2|2026-11-28T09:10') or 'web1|error|1' not in answers[1] or 'courier_submit' not in answers[3]:
        raise AssertionError('\n'.join(answers))
    if 'write|' not in answers[4]:
        raise AssertionError(f'no system call: {answers[4]}')


def jq(b):
    b.need('jq')
    out = b.sh(b.of['sh'][0].replace('== "fatal"', '== "error"'))
    for line in ('web1: BUG: unable to handle kernel NULL pointer dereference in courier_submit\n', 'demo_warn\tdrivers/demo/demo.c\t13\tdemo\n'):
        if line not in out:
            raise AssertionError(f'{line!r} is not in\n{out}')


def prometheus(b):
    b.need('jq')
    b.sh(b.of['sh'][0])
    text = (b.dir / 'unoops.prom').read_text(encoding='utf-8')
    if shutil.which('promtool'):
        subprocess.run(['promtool', 'check', 'metrics'], input=text, text=True, check=True, timeout=60)
    same(sorted(line for line in text.splitlines() if not line.startswith('#')),
         ['unoops_incidents{kind="null-pointer-dereference",severity="error"} 2', 'unoops_incidents{kind="warning",severity="warning"} 1'],
         'the metrics')


RECIPES = {'Map and reduce': map_and_reduce, 'What is counted': counts, 'A time': times, 'Known bugs': known, 'rsyslog': rsyslog,
           'The journal, as it happens': journal, 'What a crash left behind': pstore, 'ssh, with GNU parallel': ssh, 'Slurm': slurm,
           'SQLite': sqlite, 'jq': jq, 'Prometheus': prometheus}


def main(unoops, source, *only):
    source, unoops = pathlib.Path(source).resolve(), str(pathlib.Path(unoops).resolve())
    sections = re.split(r'^## (.*)\n', (source / 'docs/fleet.md').read_text(encoding='utf-8'), flags=re.MULTILINE)[1:]
    blocks = {name: BLOCK.findall(text) for name, text in zip(sections[::2], sections[1::2])}
    if set(blocks) != set(RECIPES):
        sys.exit(f'recipes that the document and this test do not share: {sorted(set(blocks) ^ set(RECIPES))}')
    failed, skipped = [], []
    for name, recipe in RECIPES.items():
        if only and name not in only:
            continue
        with tempfile.TemporaryDirectory() as directory:
            bench = Bench(unoops, directory, blocks[name])
            for file, text in logs_of(source).items():
                (bench.dir / file).write_text(text, encoding='utf-8')
            try:
                note = recipe(bench)
                print(f'{name}: as the document says{" (" + note + ")" if note else ""}')
            except Skipped as why:
                skipped.append(f'{name} ({why})')
            except (AssertionError, subprocess.SubprocessError) as wrong:
                failed.append(name)
                print(f'{name}: {wrong}')
    if failed:
        print('failed: ' + ', '.join(failed))
        return 1
    if skipped:
        print('skipped: ' + ', '.join(skipped))
        return 77
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
