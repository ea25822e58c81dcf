console.log('requiring');
require('./broken');
