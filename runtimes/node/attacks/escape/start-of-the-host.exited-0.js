// Reads how the host was started, and what disks, locks and modules it has.
// under docker: not-held, the engine hides its own list of files only
// under runsc: not-held, what gVisor shows there is its own
const { readFileSync } = require('fs');
for (const name of ['cmdline', 'config.gz', 'diskstats', 'key-users', 'locks', 'modules', 'partitions', 'swaps', 'sys/kernel/random/boot_id']) {
  try {
    if (readFileSync('/proc/' + name).length > 0) console.log('BREACH: /proc/' + name);
  } catch {}
}
