console.log('main has begun');
require('./data.json');
