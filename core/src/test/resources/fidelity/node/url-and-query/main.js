const url = new URL('../b?x=1&x=ü#h', 'https://user:pw@example.org:8443/a/c/');
console.log(url.href, url.searchParams.getAll('x'), url.origin);
console.log(url);
console.log(require('node:url').pathToFileURL('/tmp/a b ü.txt').href, URL.canParse('no'));
new URL('no scheme');
