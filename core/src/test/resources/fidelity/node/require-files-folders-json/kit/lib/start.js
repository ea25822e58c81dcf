module.exports = require('./part.cjs') + ' in ' + __dirname;
