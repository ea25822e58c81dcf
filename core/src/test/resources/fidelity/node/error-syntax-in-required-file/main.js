console.log('main has begun');
require('./helper');
