class NotFound extends Error {
  constructor(what) {
    super(`${what} was not found`);
    this.name = 'NotFoundError';
    this.what = what;
  }
}
throw new NotFound('tea');
