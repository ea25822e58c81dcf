module.exports = { name: 'two' };
