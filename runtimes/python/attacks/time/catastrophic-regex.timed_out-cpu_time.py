# Matches an expression that needs exponential time, within one call that looks at no signal.
# limits: cpu-time=300ms wall-time=5s
# under runsc: timed_out-wall_time, because gVisor reports no CPU time of the sandbox
import re

re.match('(a|aa)+$', 'a' * 100 + 'b')
