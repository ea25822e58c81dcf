// Matches an expression that needs exponential time.
// limits: cpu-time=300ms wall-time=5s
// under runsc: timed_out-wall_time, because gVisor reports no CPU time of the sandbox
/^(a+)+$/.test('a'.repeat(60) + 'b');
