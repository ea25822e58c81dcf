for (const text of ['{"a":', '[1,]', 'nope', '']) {
  try {
    JSON.parse(text);
  } catch (error) {
    console.log(error.name, error.message);
  }
}
const ring = {};
ring.self = { ring };
JSON.stringify(ring);
