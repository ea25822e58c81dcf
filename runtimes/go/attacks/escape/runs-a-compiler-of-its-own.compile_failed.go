// Options for the C compiler name a file to read; the image has no cgo.
package main

// #cgo CFLAGS: -include /etc/shadow
// #include "/proc/1/environ"
import "C"

func main() { println(C.int(0)) }
