package main

import (
	"fmt"
	"os"
)

func main() {
	os.Mkdir("notes", 0o755)
	os.WriteFile("notes/a.txt", []byte("hello from a\n"), 0o644)
	os.WriteFile("notes/b.txt", nil, 0o644)
	entries, _ := os.ReadDir("notes")
	text, _ := os.ReadFile("notes/a.txt")
	fmt.Printf("%s %s\n%s", entries[0].Name(), entries[1].Name(), text)
}
