// Goroutines that hold a thread each, until there are no more threads: Go ends then.
// under runsc: out_of_memory, because gVisor bounds no threads
package main

import (
	"runtime"
	"time"
)

func main() {
	for {
		go func() {
			runtime.LockOSThread()
			time.Sleep(time.Hour)
		}()
		time.Sleep(time.Millisecond)
	}
}
