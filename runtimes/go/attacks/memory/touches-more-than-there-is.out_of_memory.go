// Takes memory and touches it, beyond the collector's reach.
package main

var kept [][]byte

func main() {
	for {
		piece := make([]byte, 16<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		kept = append(kept, piece)
	}
}
