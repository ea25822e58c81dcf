console.log(process.version, process.release.name, process.platform, process.arch);
console.log(process.getuid(), process.geteuid(), Object.keys(process.versions).length > 5);
