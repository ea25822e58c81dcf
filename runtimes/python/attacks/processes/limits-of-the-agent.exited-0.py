# Takes the agent's descriptors away by lowering its limits, and raises its own.
import resource

for name, pid, resources in (('the agent', 1, (0, 0)), ('itself', 0, (1 << 20, 1 << 20))):
    try:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, resources)
        print('BREACH: new limits for', name)
    except (OSError, ValueError) as e:
        print(name, e)
