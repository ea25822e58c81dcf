console.log('grüße, 日本語, 🦋, e\u0301, \u202e, \x00, \x7f');
console.log('lone surrogate: \ud800 end');
console.error('fehler: ü €');
process.stdout.write('ü€\n', 'latin1');
