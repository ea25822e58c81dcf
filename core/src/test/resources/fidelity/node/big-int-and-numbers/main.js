console.log(2n ** 200n, -7n / 2n, BigInt.asUintN(8, 300n), typeof 1n, 0.1 + 0.2, 1e21, -0, [-0]);
console.log((255).toString(16), parseInt('12px'), Number(''), Number.MAX_SAFE_INTEGER, (25).toString(36));
JSON.stringify({ big: 1n });
