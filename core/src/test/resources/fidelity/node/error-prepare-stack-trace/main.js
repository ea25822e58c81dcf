Error.prepareStackTrace = (error, sites) => sites.map((site) =>
  [site.getFileName(), site.getLineNumber(), site.getFunctionName(), site.isToplevel(), site.isNative()]);
console.log(new Error('x').stack);
Error.prepareStackTrace = (error) => `prepared ${error.message}`;
throw new Error('by hand');
