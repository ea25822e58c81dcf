# Leaves its control group, lifts its limits, and has the host run a program when a group empties.
import os

for folder, _, names in os.walk('/sys/fs/cgroup'):
    try:
        os.mkdir(f'{folder}/attack')
        print('BREACH: made a folder in', folder)
    except OSError:
        pass
    for name in names:
        if name in ('cgroup.procs', 'tasks', 'release_agent', 'notify_on_release', 'cgroup.subtree_control', 'memory.max', 'memory.limit_in_bytes',
                    'pids.max', 'cpu.max', 'cpu.cfs_quota_us', 'devices.allow', 'freezer.state', 'memory.force_empty', 'cgroup.kill'):
            try:
                os.open(f'{folder}/{name}', os.O_WRONLY)
                print('BREACH: may write', folder, name)
            except OSError:
                pass
