process.stdout.write(Buffer.from(Array.from({ length: 256 }, (_, index) => index)));
process.stderr.write(Buffer.from([0xff, 0xfe, 0x00]));
