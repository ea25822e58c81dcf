process.exit(11);
