require('./b');
exports.parent = module.parent.id;
