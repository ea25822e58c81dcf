try {
  new Function('a', 'return a +');
} catch (error) {
  console.log(error.stack.split('\n').slice(0, 3));
}
new Function('throw new Error("in a function")')();
