class Shop {
  sell(item) {
    return this.#price(item);
  }
  #price(item) {
    return { tea: { price: 3 } }[item].price;
  }
}
const sellAll = (items) => items.map((item) => new Shop().sell(item));
sellAll(['tea', 'coffee']);
