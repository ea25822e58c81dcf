counts <- table(c("plum", "apple", "plum", "pear", "apple", "plum"))
for (word in names(counts)) cat(word, " ", counts[[word]], "\n", sep = "")
cat(substr("Zwölf Boxkämpfer und mehr", 1, 16), "\n", sep = "")
