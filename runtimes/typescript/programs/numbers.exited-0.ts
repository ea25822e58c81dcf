const primes: number[] = [];
for (let n = 2; n < 100; n++) if (primes.every((p) => n % p)) primes.push(n);
console.log(`${primes.length} primes below 100, their sum is ${primes.reduce((a, b) => a + b)}`);
console.log(`2 ** 62 = ${2n ** 62n}\n1/3 = ${(1 / 3).toFixed(6)}`);
