# Writes settings of the kernel, some of which name programs that the host then runs as root.
import os

for name in ('kernel/core_pattern', 'kernel/modprobe', 'kernel/hotplug', 'kernel/hostname', 'kernel/domainname', 'kernel/panic', 'kernel/sysrq', 'kernel/pid_max',
             'kernel/yama/ptrace_scope', 'kernel/shmmax', 'fs/binfmt_misc/register', 'fs/file-max', 'vm/drop_caches', 'vm/overcommit_memory',
             'vm/panic_on_oom', 'net/ipv4/ip_forward', 'net/ipv4/ip_unprivileged_port_start', 'user/max_user_namespaces'):
    try:
        file = os.open('/proc/sys/' + name, os.O_WRONLY)
        print('BREACH: may write', name)
        os.close(file)
    except OSError as e:
        print(e.strerror)
