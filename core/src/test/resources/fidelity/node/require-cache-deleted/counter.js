console.log('counter is loaded');
module.exports = { count: 0 };
