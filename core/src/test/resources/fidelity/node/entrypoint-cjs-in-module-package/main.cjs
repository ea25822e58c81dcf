console.log(typeof require, module.id, __filename);
