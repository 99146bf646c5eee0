"""What a run cost. Of a child's peak its parent's size is a part, so a small program stands between it and us, who make the large inputs."""
import subprocess
import sys

LAUNCHER = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
files = [(os.POSIX_SPAWN_OPEN, fd, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for fd, path in ((1, sys.argv[1]), (2, sys.argv[2]))]
_, status, usage = os.wait4(os.posix_spawn(sys.argv[3], sys.argv[3:], {**os.environ, 'LC_ALL': 'C.UTF-8'}, file_actions=files), 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


def measured(command, base):
    """(status, CPU seconds, KB, output, errors); beside `base` is where the last two stand in between. 60 s of CPU end it."""
    done = subprocess.run([sys.executable, '-S', '-c', LAUNCHER, base + '.out', base + '.err', *command], capture_output=True, text=True, check=True)
    status, seconds, memory = done.stdout.split()
    with open(base + '.out', 'rb') as out, open(base + '.err', 'rb') as err:
        return int(status), float(seconds), int(memory), out.read(), err.read()
