console.log(require('./tool'), require('./kit'));
console.log(require.resolve('./tool'), require('./data/settings.json').list);
