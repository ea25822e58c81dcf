const counts = new Map<string, number>();
for (const word of ["plum", "apple", "plum", "pear", "apple", "plum"] as const) counts.set(word, (counts.get(word) ?? 0) + 1);
for (const word of [...counts.keys()].sort()) console.log(word, counts.get(word));
console.log("Zwölf Boxkämpfer");
