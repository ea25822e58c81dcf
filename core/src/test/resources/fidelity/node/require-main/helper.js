exports.isMain = require.main === module;
exports.mainFile = require.main.filename;
