dir.create("notes")
writeLines("hello from a", "notes/a.txt")
file.create("notes/b.txt") -> created
cat(paste(sort(list.files("notes")), collapse = " "), "\n", sep = "")
cat(readLines("notes/a.txt"), "\n", sep = "")
