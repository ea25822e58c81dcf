function read() {
  try {
    JSON.parse('{');
  } catch (error) {
    throw new Error('cannot read', { cause: error });
  }
}
read();
