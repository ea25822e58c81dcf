import shop

print(shop.price("tea"), shop.stock, shop.stock.sum_of_tea)
