import shop.stock
