// Becomes root, by every call that changes who it is.
for (const [name, ...values] of [['setuid', 0], ['seteuid', 0], ['setgid', 0], ['setegid', 0], ['setgroups', [0]], ['initgroups', 'root', 0]]) {
  try {
    process[name](...values);
    console.log('BREACH:', name);
  } catch (e) {
    console.log(name, e.code);
  }
}
if (process.getuid() === 0 || process.getgroups().includes(0)) console.log('BREACH: is root');
