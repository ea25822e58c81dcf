import sqlite3

with sqlite3.connect(":memory:") as db:
    db.execute("create table item (name text, price real)")
    db.executemany("insert into item values (?, ?)", [("tea", 3.5), ("milk", 1)])
    print(db.execute("select name, price * 2 from item order by name").fetchall())
    db.execute("select price from absent")
