try {
  require('left-out');
} catch (error) {
  console.log(error.code, error.requireStack);
}
require('./helper');
