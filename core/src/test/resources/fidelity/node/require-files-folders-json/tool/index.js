exports.where = __filename;
exports.data = require('../data/settings');
