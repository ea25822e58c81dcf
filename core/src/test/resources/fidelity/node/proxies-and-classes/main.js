class Temperature {
  static #made = 0;
  static { Temperature.unit = 'C'; }
  #degrees;
  constructor(degrees) { this.#degrees = degrees; Temperature.#made++; }
  get degrees() { return this.#degrees; }
  static get made() { return Temperature.#made; }
}
const logged = new Proxy({}, { get: (_, name) => `asked for ${String(name)}` });
console.log(logged.tea, new Temperature(20).degrees, Temperature.made, Temperature.unit);
Temperature.prototype.degrees;
