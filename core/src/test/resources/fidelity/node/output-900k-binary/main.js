const block = Buffer.from(Array.from({ length: 251 }, (_, index) => index));
process.stdout.write(Buffer.concat(Array(3585).fill(block)), () => console.error('written'));
