try {
  eval('1 +');
} catch (error) {
  console.log(error.stack.split('\n').slice(0, 3));
}
eval('function fail() {\n  throw new Error("in eval");\n}\nfail();');
