console.log(module.id, module.filename, module.path, module.loaded, module.parent, module.children);
console.log(module.paths);
console.log(module.isPreloading, module.constructor.name, Object.keys(module));
setImmediate(() => console.log(module.loaded));
