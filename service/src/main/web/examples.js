/** Small programs to begin with. The first one of a language is its hello. */

const HELLO = {
  python: ["main.py", `import sys

print(f"Hello from Python {sys.version_info.major}.{sys.version_info.minor}")
`],
  node: ["main.js", `console.log(\`Hello from Node \${process.versions.node}\`);
`],
  bash: ["main.sh", `echo "Hello from Bash $BASH_VERSION"
`],
  c: ["main.c", `#include <stdio.h>

int main(void) {
    puts("Hello from C");
}
`],
  cpp: ["main.cpp", `#include <iostream>

int main() {
    std::cout << "Hello from C++\\n";
}
`],
  go: ["main.go", `package main

import "fmt"

func main() {
	fmt.Println("Hello from Go")
}
`],
  rust: ["main.rs", `fn main() {
    println!("Hello from Rust");
}
`],
  java: ["Main.java", `void main() {
    IO.println("Hello from Java");
}
`],
  typescript: ["main.ts", `const greeting: string = "Hello from TypeScript";
console.log(greeting);
`],
  ruby: ["main.rb", `puts "Hello from Ruby #{RUBY_VERSION}"
`],
  php: ["main.php", `<?php
echo "Hello from PHP ", PHP_VERSION, "\\n";
`],
  perl: ["main.pl", `print "Hello from Perl $^V\\n";
`],
  lua: ["main.lua", `print("Hello from " .. _VERSION)
`],
  r: ["main.R", `cat("Hello from", R.version.string, "\\n")
`],
};

const PYTHON = [
  { title: "Live output", files: [["main.py", `import sys
import time

for second in range(5, 0, -1):
    print(second)
    time.sleep(1)
print("Errors have a place of their own", file=sys.stderr)
`]] },
  { title: "Input and arguments", stdin: "3\n4\n5\n", args: "--square 'of each'", files: [["main.py", `import sys

print("arguments:", sys.argv[1:])
for line in sys.stdin:
    print(line.strip(), "→", int(line) ** 2)
`]] },
  { title: "Two files", files: [["main.py", `import shapes

for side in range(1, 6):
    print(shapes.triangle(side))
`], ["shapes.py", `def triangle(side):
    return "\\n".join("*" * width for width in range(1, side + 1)) + "\\n"
`]] },
  { title: "A figure", files: [["main.py", `# Files that are images are shown: PNG, JPEG, GIF, WebP, SVG.
from math import sin, tau

points = " ".join(f"{x},{100 - 80 * sin(tau * x / 400):.1f}" for x in range(401))
with open("sine.svg", "w") as file:
    file.write(f"""<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">
  <rect width="400" height="200" fill="#f4f7f5"/>
  <path d="M0 100h400" stroke="#c3ccc7"/>
  <polyline points="{points}" fill="none" stroke="#0f7a64" stroke-width="3"/>
</svg>""")
print("sine.svg is written")
`]] },
  { title: "At a terminal", tty: true, files: [["main.py", `import random

number = random.randint(1, 100)
guess = None
while guess != number:
    guess = int(input("A number from 1 to 100: "))
    if guess != number:
        print("too small" if guess < number else "too large")
print("\\x1b[32mThat is it.\\x1b[0m")
`]] },
  { title: "Over the time limit", files: [["main.py", `while True:
    pass
`]] },
  { title: "Over the memory limit", files: [["main.py", `kept = []
while True:
    kept.append(bytearray(10_000_000))
`]] },
];

const NODE = [
  { title: "Live output", files: [["main.js", `let second = 5;
const timer = setInterval(() => {
  console.log(second--);
  if (second === 0) {
    clearInterval(timer);
    console.error("Errors have a place of their own");
  }
}, 1000);
`]] },
  { title: "Input", stdin: "one\ntwo\nthree\n", files: [["main.js", `const input = require("node:fs").readFileSync(0, "utf8");
console.log(input.trim().split("\\n").reverse().join("\\n"));
`]] },
];

const DATA = [
  { title: "A chart", files: [["main.py", `import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 10, 200)
for phase in range(3):
    plt.plot(x, np.sin(x + phase), label=f"phase {phase}")
plt.legend()
plt.savefig("waves.png", dpi=120)
`]] },
];

const MORE = { python: PYTHON, node: NODE, "python-data": [...DATA, ...PYTHON] };

const files = (all) => all.map(([path, content]) => ({ path, content }));

/** Of a runtime; one that is built on another has that one's, by its files' extension. */
export function examples({ name, entrypoint }) {
  const extension = entrypoint.slice(entrypoint.lastIndexOf("."));
  const same = Object.keys(HELLO).find((known) => known === name) ?? Object.keys(HELLO).find((known) => HELLO[known][0].endsWith(extension));
  const hello = { title: "Hello", files: files(same ? [HELLO[same]] : [[entrypoint, ""]]) };
  return [hello, ...(MORE[name] ?? MORE[same] ?? []).map((each) => ({ ...each, files: files(each.files) }))]
    .map((each) => ({ stdin: "", args: "", tty: false, ...each }));
}
