const { execSync } = require('node:child_process');

console.log(execSync('pwd').toString().trim());
try {
  execSync('echo to stderr >&2; exit 2', { stdio: 'pipe' });
} catch (error) {
  console.log(error.status, error.message, String(error.stderr));
}
try {
  execSync('exit 9');
} catch (error) {
  process.exit(error.status);
}
