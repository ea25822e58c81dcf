// Dials every interface and one address outside, by names and numbers.
// limits: wall-time=20s
package main

import (
	"fmt"
	"net"
	"time"
)

func main() {
	interfaces, _ := net.Interfaces()
	for _, each := range interfaces {
		if each.Name != "lo" {
			fmt.Println("BREACH: interface", each.Name)
		}
	}
	for _, address := range []string{"192.0.2.1:80", "[2001:db8::1]:80", "example.invalid:80"} {
		if connection, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			fmt.Println("BREACH:", connection.RemoteAddr())
		}
	}
}
