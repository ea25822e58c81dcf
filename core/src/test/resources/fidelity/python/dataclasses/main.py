from dataclasses import asdict, dataclass, field, replace


@dataclass(order=True, frozen=True, slots=True)
class Item:
    name: str
    price: float = 1.5
    tags: list[str] = field(default_factory=list, compare=False)


tea = Item("tea", tags=["hot"])
print(tea, asdict(tea), replace(tea, price=2), tea < Item("water"), Item.__module__)
tea.price = 9
