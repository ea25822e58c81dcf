package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	fmt.Printf("%d arguments: %s|%s\n", len(os.Args)-1, os.Args[1], os.Args[2])
	lines, last := 0, ""
	for scanner := bufio.NewScanner(os.Stdin); scanner.Scan(); lines++ {
		last = scanner.Text()
	}
	fmt.Printf("%d lines, the last is %s\n", lines, last)
	os.Exit(3)
}
