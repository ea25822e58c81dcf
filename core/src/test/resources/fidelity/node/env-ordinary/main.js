for (const name of ['GREETING', 'EMPTY', 'EQUATION', 'QUOTED', 'ABSENT']) {
  console.log(name, JSON.stringify(process.env[name]), name in process.env);
}
console.log(require('node:child_process').execSync('echo $GREETING', { encoding: 'utf8' }));
